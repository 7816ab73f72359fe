import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { answerOctets, EVENT_STREAM_TYPE, headText, JSON_TYPE, jsonOfSize } from "./answer-octets.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { TimerQueue } from "./timer-queue.ts";

/** What a fault plays on. */
export interface FaultStage {
  readonly socket: Socket;
  readonly timers: TimerQueue;
  nowMs(): number;
  /** Ends the process that serves, at once. */
  die(): void;
}

/** Plays a fault. `true`: the server does not know that anything is wrong, and reads the next request. */
type Play = (stage: FaultStage) => boolean;

const SLOW_BODY_BYTES = 64;
const SLOW_STEP_MS = 1000;
const MIB_BYTES = 1024 * 1024;
const HUGE_BODY_BYTES = 10 * 1024 * MIB_BYTES;
/** 64 KiB a millisecond: endless, but not at the cost of the whole machine. */
const POUR_STEP_MS = 1;
const POUR_BYTES = 65_536;
/** Long enough for a busy client to have read the half: with both at once, libuv tells of an end instead of a reset. */
const AFTER_HALF_MS = 50;

const BODY = jsonOfSize(64);
const GOOD = answerOctets(200, BODY).toString("latin1");
const HALF = GOOD.slice(0, -BODY.length / 2);
const CHUNKED_HEAD = headText(200, [`content-type: ${JSON_TYPE}`, "transfer-encoding: chunked"]);
const HUGE_HEAD = headText(200, [`content-type: ${JSON_TYPE}`, `content-length: ${HUGE_BODY_BYTES}`]);
const EVENTS_HEAD = headText(200, [`content-type: ${EVENT_STREAM_TYPE}`, "transfer-encoding: chunked"]);
const LAST_CHUNK = "0\r\n\r\n";
const FILLING = "x".repeat(POUR_BYTES);
const LINE_BEGINNING = 'data: {"choices":[{"index":0,"delta":{"content":"';
const TOKEN = `${LINE_BEGINNING}tok "},"finish_reason":null}]}\n\n`;
const TOKENS = TOKEN.repeat(3);
const ERROR = '{"error":{"message":"simulated","type":"server_error","code":500}}';
/** As latin-1. The last character of the text is a euro sign, and begins in the first chunk. */
const NOT_UTF8 =
  ['{"data":"\xff\xc3( \xed\xa0\x80 \\u0000 \\ud800 \xe2\x82', '\xac"}'].map(chunk).join("") + LAST_CHUNK;

const PLAYS: Readonly<Record<FaultKind, Play>> = {
  reset: ({ socket }) => {
    socket.resetAndDestroy();
    return false;
  },
  "reset-mid-body": resetAfterHalf,
  "early-fin": says(HALF, "close"),
  die: ({ socket, die }) => {
    socket.write(HALF, "latin1", () => die());
    return false;
  },
  "truncated-chunked": says(`${CHUNKED_HEAD}40\r\n${"x".repeat(20)}`, "close"),
  "bad-chunk-size": says(`${CHUNKED_HEAD}zz\r\n${BODY}\r\n${LAST_CHUNK}`, "close"),
  "wrong-length-short": says(withLength(BODY.length - 10), "go on"),
  "wrong-length-long": says(withLength(BODY.length + 10), "go on"),
  "slow-body": dribbleBody,
  "endless-body": pours(CHUNKED_HEAD, chunk(FILLING)),
  "huge-body": pours(HUGE_HEAD, FILLING, HUGE_BODY_BYTES / POUR_BYTES),
  "gzip-bomb": ({ socket }) => {
    socket.write(gzipBomb());
    return true;
  },
  "huge-header": says(GOOD.replace("\r\n", `\r\nx-huge: ${"x".repeat(MIB_BYTES)}\r\n`), "go on"),
  garbage: says("\x00\x01\x02 this is not HTTP \xff\xfe\r\n\r\n", "close"),
  silence: () => false,
  "error-in-200": says(answerOctets(200, ERROR).toString("latin1"), "go on"),
  "invalid-utf8": says(CHUNKED_HEAD + NOT_UTF8, "go on"),
  "redirect-loop": says(redirect("/fault/redirect-loop"), "go on"),
  "redirect-elsewhere": says(redirect("http://127.0.0.1:9/elsewhere"), "go on"),
  "sse-without-done": says(EVENTS_HEAD + chunk(TOKENS) + LAST_CHUNK, "go on"),
  "sse-error": says(EVENTS_HEAD + chunk(`${TOKENS}data: ${ERROR}\n\n`) + LAST_CHUNK, "go on"),
  "sse-endless": pours(EVENTS_HEAD, chunk(TOKEN.repeat(POUR_BYTES / TOKEN.length))),
  "sse-endless-line": pours(EVENTS_HEAD + chunk(LINE_BEGINNING), chunk(FILLING)),
};

/** Plays the fault. `true`: the server does not know that anything is wrong, and reads the next request. */
export function playFault(fault: FaultKind, stage: FaultStage): boolean {
  return PLAYS[fault](stage);
}

function says(text: string, then: "close" | "go on"): Play {
  return ({ socket }) => {
    socket.write(text, "latin1");
    if (then === "close") socket.end();
    return then === "go on";
  };
}

/** Only once the half has left: a reset drops what is still to be sent. */
function resetAfterHalf({ socket, timers, nowMs }: FaultStage): boolean {
  socket.write(HALF, "latin1", () => timers.at(nowMs() + AFTER_HALF_MS, () => socket.resetAndDestroy()));
  return false;
}

function withLength(bytes: number): string {
  return headText(200, [`content-type: ${JSON_TYPE}`, `content-length: ${bytes}`]) + BODY;
}

function redirect(location: string): string {
  return headText(302, [`location: ${location}`, "content-length: 0"]);
}

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

let bomb: Buffer | undefined;

/** Members of a MiB each, which a reader joins (RFC 1952 §2.2): packing a whole GiB would take seconds. */
function gzipBomb(): Buffer {
  if (bomb !== undefined) return bomb;
  const filling = gzipSync(Buffer.alloc(MIB_BYTES, "x"));
  const members = [gzipSync('{"data":"'), ...Array<Buffer>(1024).fill(filling), gzipSync('"}')];
  const body = Buffer.concat(members);
  const fields = [`content-type: ${JSON_TYPE}`, "content-encoding: gzip", `content-length: ${body.length}`];
  bomb = Buffer.concat([Buffer.from(headText(200, fields)), body]);
  return bomb;
}

function dribbleBody({ socket, timers, nowMs }: FaultStage): boolean {
  socket.write(headText(200, [`content-type: ${JSON_TYPE}`, `content-length: ${SLOW_BODY_BYTES}`]), "latin1");
  const step = (sentBytes: number) => {
    if (socket.destroyed) return;
    socket.write("1");
    if (sentBytes + 1 < SLOW_BODY_BYTES) timers.at(nowMs() + SLOW_STEP_MS, () => step(sentBytes + 1));
    else socket.end();
  };
  step(0);
  return false;
}

/** The head, then the part again and again, so many times. */
function pours(head: string, part: string, count = Number.POSITIVE_INFINITY): Play {
  const octets = Buffer.from(part, "latin1");
  return ({ socket, timers, nowMs }) => {
    const step = (left: number) => {
      if (socket.destroyed) return;
      if (left === 0) socket.end();
      else if (socket.write(octets)) timers.at(nowMs() + POUR_STEP_MS, () => step(left - 1));
      else socket.once("drain", () => timers.at(nowMs() + POUR_STEP_MS, () => step(left - 1)));
    };
    socket.write(head, "latin1");
    step(count);
    return false;
  };
}
