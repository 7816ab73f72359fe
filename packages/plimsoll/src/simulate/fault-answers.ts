import type { Socket } from "node:net";
import { answerOctets, EVENT_STREAM_TYPE, headText, JSON_TYPE, jsonOfSize } from "./answer-octets.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { TimerQueue } from "./timer-queue.ts";

/** What a fault plays on. */
export interface FaultStage {
  readonly socket: Socket;
  readonly timers: TimerQueue;
  nowMs(): number;
}

const SLOW_BODY_BYTES = 64;
const SLOW_STEP_MS = 1000;
const HUGE_HEADER_BYTES = 1024 * 1024;
/** 64 KiB a millisecond: endless, but not at the cost of the whole machine. */
const ENDLESS_STEP_MS = 1;
const ENDLESS_CHUNK = Buffer.from(`10000\r\n${"x".repeat(65_536)}\r\n`);

const BODY = jsonOfSize(64);
const GOOD = answerOctets(200, BODY).toString("latin1");
const HALF = GOOD.slice(0, -BODY.length / 2);
const CHUNKED_HEAD = headText(200, [`content-type: ${JSON_TYPE}`, "transfer-encoding: chunked"]);
const EVENTS_HEAD = headText(200, [`content-type: ${EVENT_STREAM_TYPE}`, "transfer-encoding: chunked"]);
const TOKENS = 'data: {"choices":[{"index":0,"delta":{"content":"tok "},"finish_reason":null}]}\n\n'.repeat(3);
const ERROR_EVENT = 'data: {"error":{"message":"simulated","type":"server_error","code":500}}\n\n';

/** Plays the fault. `true`: the server does not know that anything is wrong, and reads the next request. */
export function playFault(fault: FaultKind, stage: FaultStage): boolean {
  const { socket } = stage;
  switch (fault) {
    case "reset":
      socket.resetAndDestroy();
      return false;
    case "reset-mid-body":
      // Only once the half has left: a reset drops what is still to be sent.
      socket.write(HALF, "latin1", () => stage.timers.at(stage.nowMs() + 5, () => socket.resetAndDestroy()));
      return false;
    case "early-fin":
      return says(socket, HALF, "close");
    case "truncated-chunked":
      return says(socket, `${CHUNKED_HEAD}40\r\n${"x".repeat(20)}`, "close");
    case "bad-chunk-size":
      return says(socket, `${CHUNKED_HEAD}zz\r\n${BODY}\r\n0\r\n\r\n`, "close");
    case "wrong-length-short":
      return says(socket, withLength(BODY.length - 10), "go on");
    case "wrong-length-long":
      return says(socket, withLength(BODY.length + 10), "go on");
    case "slow-body":
      dribbleBody(stage);
      return false;
    case "endless-body":
      socket.write(CHUNKED_HEAD, "latin1");
      pourForever(stage);
      return false;
    case "huge-header":
      return says(socket, GOOD.replace("\r\n", `\r\nx-huge: ${"x".repeat(HUGE_HEADER_BYTES)}\r\n`), "go on");
    case "garbage":
      return says(socket, "\x00\x01\x02 this is not HTTP \xff\xfe\r\n\r\n", "close");
    case "silence":
      return false;
    case "sse-without-done":
      return says(socket, EVENTS_HEAD + chunked(TOKENS), "go on");
    case "sse-error":
      return says(socket, EVENTS_HEAD + chunked(TOKENS + ERROR_EVENT), "go on");
  }
}

function says(socket: Socket, text: string, then: "close" | "go on"): boolean {
  socket.write(text, "latin1");
  if (then === "close") socket.end();
  return then === "go on";
}

function withLength(bytes: number): string {
  return headText(200, [`content-type: ${JSON_TYPE}`, `content-length: ${bytes}`]) + BODY;
}

function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}

function dribbleBody({ socket, timers, nowMs }: FaultStage): void {
  socket.write(headText(200, [`content-type: ${JSON_TYPE}`, `content-length: ${SLOW_BODY_BYTES}`]), "latin1");
  const step = (sentBytes: number) => {
    if (socket.destroyed) return;
    socket.write("1");
    if (sentBytes + 1 < SLOW_BODY_BYTES) timers.at(nowMs() + SLOW_STEP_MS, () => step(sentBytes + 1));
    else socket.end();
  };
  step(0);
}

function pourForever({ socket, timers, nowMs }: FaultStage): void {
  const step = () => {
    if (socket.destroyed) return;
    if (socket.write(ENDLESS_CHUNK)) timers.at(nowMs() + ENDLESS_STEP_MS, step);
    else socket.once("drain", () => timers.at(nowMs() + ENDLESS_STEP_MS, step));
  };
  step();
}
