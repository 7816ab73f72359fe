import { answerOctets, withoutBody } from "./answer-octets.ts";
import type { Outcome } from "./behaviour.ts";
import type { Connection } from "./connection.ts";
import { playFault } from "./fault-answers.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { Ledger } from "./ledger.ts";
import type { SimulatedRequest } from "./request-reader.ts";
import type { TimerQueue } from "./timer-queue.ts";

export interface ExchangeOptions {
  readonly connection: Connection;
  readonly request: SimulatedRequest;
  /** The path's and the total. */
  readonly ledgers: readonly Ledger[];
  readonly timers: TimerQueue;
  readonly readAtMs: number;
  nowMs(): number;
  /** Ends the process that serves, at once. */
  die(): void;
}

/** What is said when an exchange ends. */
export interface Conclusion {
  readonly outcome: Outcome;
  readonly dueMs: number;
  /** The good answer. */
  readonly octets: Buffer;
  readonly retryAfterSec: number;
}

/** One counted request and its answer; concluded, failed or abandoned exactly once. */
export class Exchange {
  readonly #options: ExchangeOptions;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    for (const ledger of options.ledgers) ledger.received(options.readAtMs);
  }

  get request(): SimulatedRequest {
    return this.#options.request;
  }

  get readAtMs(): number {
    return this.#options.readAtMs;
  }

  get connection(): Connection {
    return this.#options.connection;
  }

  get ledgers(): readonly Ledger[] {
    return this.#options.ledgers;
  }

  conclude({ outcome, dueMs, octets, retryAfterSec }: Conclusion): void {
    if (this.connection.isGone) this.abandon();
    else if (outcome.kind === "ok") this.answer(200, octets, dueMs);
    else if (outcome.kind === "fault") this.play(outcome.fault);
    else if (outcome.kind === "dropped") {
      this.connection.socket.resetAndDestroy();
      this.#fail("dropped");
    } else {
      const status = outcome.kind === "shed" ? 503 : outcome.status;
      this.answer(status, answerOctets(status, errorBody(status), retryAfterSec), dueMs);
    }
  }

  /** Writes an answer that was due then, whole; its end is the exchange's end. */
  answer(status: number, octets: Buffer, dueMs: number): void {
    this.connection.write(this.request.head.method === "HEAD" ? withoutBody(octets) : octets);
    this.answered(status, dueMs);
  }

  /** The last octet of the answer is written. */
  answered(status: number, dueMs: number): void {
    const nowMs = this.#options.nowMs();
    for (const ledger of this.ledgers) ledger.answered(status, nowMs - this.readAtMs, Math.max(0, nowMs - dueMs));
    this.connection.release();
  }

  play(fault: FaultKind): void {
    this.#fail(fault);
    const { timers, nowMs, die } = this.#options;
    if (playFault(fault, { socket: this.connection.socket, timers, nowMs, die })) this.connection.release();
  }

  abandon(): void {
    for (const ledger of this.ledgers) ledger.abandoned();
  }

  #fail(kind: string): void {
    for (const ledger of this.ledgers) ledger.failed(kind);
  }
}

function errorBody(status: number): string {
  return JSON.stringify({ error: { message: "simulated", code: status } });
}
