import { type ChatExtent, STREAM_OPENING, STREAM_TOKEN, streamEnding } from "./chat-answer.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { Exchange } from "./exchange.ts";
import type { TimerQueue } from "./timer-queue.ts";

export interface ChatStreamOptions {
  readonly exchange: Exchange;
  readonly request: ChatRequest;
  readonly extent: ChatExtent;
  readonly startMs: number;
  /** When each token is due. */
  readonly tokensMs: readonly number[];
  readonly timers: TimerQueue;
  nowMs(): number;
}

/** Streams a completion: the opening at its start, each token when it is due, the ending with the last. */
export function streamCompletion(options: ChatStreamOptions): void {
  const { exchange, timers, startMs, nowMs } = options;
  const open = () => {
    if (exchange.connection.isGone) exchange.abandon();
    else {
      exchange.connection.write(STREAM_OPENING);
      timers.at(options.tokensMs[0]!, () => sayToken(options, 0, Number.NaN));
    }
  };
  if (startMs <= nowMs()) open();
  else timers.at(startMs, open);
}

/** A client that has gone frees nothing: the model of the work stands, only its words are not written. */
function sayToken(options: ChatStreamOptions, token: number, lastAtMs: number): void {
  const { exchange, tokensMs, timers, extent, request } = options;
  if (exchange.connection.isGone) {
    exchange.abandon();
    return;
  }
  exchange.connection.write(STREAM_TOKEN);
  const atMs = options.nowMs();
  for (const ledger of exchange.ledgers) {
    if (token === 0) ledger.firstToken(atMs - exchange.readAtMs);
    else ledger.nextToken(atMs - lastAtMs);
  }
  const dueMs = tokensMs[token + 1];
  if (dueMs === undefined) {
    exchange.connection.write(streamEnding(request, extent));
    exchange.answered(200, tokensMs[token]!);
  } else timers.at(dueMs, () => sayToken(options, token + 1, atMs));
}
