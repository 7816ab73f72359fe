/** A server that sends exactly the HTTP/2 frames it is told to (RFC 9113 §4), by prior knowledge. */
import { createServer, type Socket } from "node:net";

export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  more: 9,
} as const;
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const PREFACE_BYTES = 24;
const MAX_CONCURRENT_STREAMS = 3;

export interface FrameSession {
  readonly socket: Socket;
  /** From 0. */
  readonly index: number;
  frame(type: number, flags: number, streamId: number, payload?: Uint8Array): void;
  /** A head, and with `isEnd` the end. Fields are name and value; `:status` is one of them. */
  head(streamId: number, fields: readonly (readonly [string, string])[], isEnd?: boolean): void;
  data(streamId: number, text: string, isEnd?: boolean): void;
  /** A whole answer: 200 with this body. */
  answer(streamId: number, body?: string): void;
  reset(streamId: number, code: number): void;
  goaway(lastStreamId: number, code: number): void;
  maxStreams(count: number): void;
}

export interface FrameServer extends AsyncDisposable {
  readonly port: number;
  readonly sessions: readonly FrameSession[];
  /** Stream ids asked for, by session. */
  readonly asked: readonly (readonly number[])[];
  /** Stream ids that the client reset, with the code, by session. */
  readonly resets: readonly (readonly (readonly [streamId: number, code: number])[])[];
}

export interface FrameServerOptions {
  /** Called for each connection; sends the first SETTINGS, without which nothing begins. */
  readonly onSession?: (session: FrameSession) => void;
}

/** `onRequest` is called for each head that came. */
export async function startFrameServer(
  onRequest: (session: FrameSession, streamId: number) => void,
  { onSession = (session) => session.frame(FRAME.settings, 0, 0) }: FrameServerOptions = {},
): Promise<FrameServer> {
  const sessions: FrameSession[] = [];
  const asked: number[][] = [];
  const resets: [number, number][][] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const session = frameSession(socket, sessions.length);
    sessions.push(session);
    asked.push([]);
    resets.push([]);
    socket.on("error", () => {});
    onSession(session);
    readFrames(socket, (type, streamId, payload) => {
      if (type === FRAME.reset) resets[session.index]!.push([streamId, payload.readUInt32BE(0)]);
      if (type !== FRAME.headers) return;
      asked[session.index]!.push(streamId);
      onRequest(session, streamId);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    port: address.port,
    sessions,
    asked,
    resets,
    async [Symbol.asyncDispose]() {
      for (const { socket } of sessions) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function frameSession(socket: Socket, index: number): FrameSession {
  let hasSettings = false;
  const frame: FrameSession["frame"] = (type, flags, streamId, payload = new Uint8Array()) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(streamId, 5);
    if (socket.destroyed) return;
    socket.write(Buffer.concat([head, payload]));
    if (type !== FRAME.settings || hasSettings) return;
    // The client's own came long ago, or will: it is acknowledged after ours, which must be first.
    hasSettings = true;
    frame(FRAME.settings, ACK, 0);
  };
  const head: FrameSession["head"] = (streamId, fields, isEnd = false) =>
    frame(FRAME.headers, END_HEADERS | (isEnd ? END_STREAM : 0), streamId, fieldBlock(fields));
  const data: FrameSession["data"] = (streamId, text, isEnd = false) =>
    frame(FRAME.data, isEnd ? END_STREAM : 0, streamId, Buffer.from(text));
  return {
    socket,
    index,
    frame,
    head,
    data,
    answer: (streamId, body = "hello") => {
      head(streamId, [[":status", "200"]]);
      data(streamId, body, true);
    },
    reset: (streamId, code) => frame(FRAME.reset, 0, streamId, words(code)),
    goaway: (lastStreamId, code) => frame(FRAME.goaway, 0, 0, words(lastStreamId, code)),
    maxStreams: (count) =>
      frame(FRAME.settings, 0, 0, Buffer.concat([Buffer.from([0, MAX_CONCURRENT_STREAMS]), words(count)])),
  };
}

function words(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) octets.writeUInt32BE(value, 4 * index);
  return octets;
}

/** Every field as a literal without indexing and without Huffman (RFC 7541 §6.2.2). */
export function fieldBlock(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

/** Lengths are integers with a prefix of seven bits (RFC 7541 §5.1). */
function literal(text: string): Buffer {
  const length: number[] = [];
  if (text.length < 127) length.push(text.length);
  else {
    length.push(127);
    let left = text.length - 127;
    for (; left >= 128; left = Math.floor(left / 128)) length.push((left % 128) + 128);
    length.push(left);
  }
  return Buffer.concat([Buffer.from(length), Buffer.from(text, "latin1")]);
}

function readFrames(socket: Socket, onFrame: (type: number, streamId: number, payload: Buffer) => void): void {
  let pending = Buffer.alloc(0);
  let isPrefaceRead = false;
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    if (!isPrefaceRead) {
      if (pending.length < PREFACE_BYTES) return;
      isPrefaceRead = true;
      pending = pending.subarray(PREFACE_BYTES);
    }
    while (pending.length >= 9) {
      const end = 9 + pending.readUIntBE(0, 3);
      if (pending.length < end) return;
      const frame = pending.subarray(0, end);
      pending = pending.subarray(end);
      onFrame(frame.readUInt8(3), frame.readUInt32BE(5) & 0x7fffffff, frame.subarray(9));
    }
  });
}
