import type { JsonValue } from "../base/json.ts";
import type { ErrorKind } from "../base/outcome.ts";
import type { Random } from "../base/random.ts";
import type { CompiledStep, CompiledTask } from "../plan/compiled-task.ts";
import { parseJsonBody } from "../plan/json-body.ts";
import { readJsonPath } from "../plan/json-path.ts";
import type { Connection, Exchange, WireRequest } from "../transport/transport.ts";
import type { EngineContext } from "./engine-context.ts";
import type { RawLog, RawRequest } from "./raw-log.ts";
import type { Recorder } from "./recorder.ts";

const MAX_REDIRECTS = 5;
const NO_CAPTURES: ReadonlyMap<string, JsonValue> = new Map();

/** What a phase shares with its callers. */
export interface CallerPhase {
  readonly context: EngineContext;
  readonly recorder: Recorder;
  /** The phase clock's zero on the run clock. */
  readonly startAtMs: number;
  /** False once the phase sends no more. */
  readonly isSending: () => boolean;
}

/** Whether a request left: `unsent` when no connection to the target came about, `dropped` when this machine had none to give. */
export type Departure = "sent" | "unsent" | "dropped";

/**
 * One caller on one connection: sends a task's requests one after the other and counts what came of each.
 * Hot path: its callbacks are made once; a request without captures or checks allocates only what it varies.
 */
export class Caller {
  readonly #phase: CallerPhase;
  readonly #connection: Connection;
  readonly #onEnd: (exchange: Exchange) => void;
  #task: CompiledTask | undefined;
  #stepIndex = 0;
  #random: Random | undefined;
  #sequence = 0;
  #captured: Map<string, JsonValue> | undefined;
  #dueMs = 0;
  #dispatchedAtMs = 0;
  #isChecked = false;
  #redirectCount = 0;
  #firstSentAtMs = Number.NaN;
  #departure: Departure = "sent";
  #wire: WireRequest | undefined;
  #onDone: (endedAtMs: number) => void = () => {};

  constructor(phase: CallerPhase) {
    this.#phase = phase;
    this.#connection = phase.context.transport.connection();
    this.#onEnd = (exchange) => this.#ended(exchange);
  }

  get isBusy(): boolean {
    return this.#task !== undefined;
  }

  /** Of the request that ended last. */
  get departure(): Departure {
    return this.#departure;
  }

  /**
   * Sends the task's first request now; `onDone` gets the instant (phase clock) at which the last one ended.
   * `random` is this request's own stream, `sequence` its number in the whole run.
   */
  run(task: CompiledTask, request: CallerRequest, onDone: (endedAtMs: number) => void): void {
    this.#task = task;
    this.#stepIndex = 0;
    this.#random = request.random;
    this.#sequence = request.sequence;
    this.#captured = undefined;
    this.#onDone = onDone;
    this.#sendStep(request.dueMs);
  }

  /** Gives up: a request in flight is counted as censored at its age. */
  abandon(): void {
    if (this.#task === undefined) {
      this.#connection.destroy();
      return;
    }
    const { context, recorder } = this.#phase;
    recorder.tasks[this.#step.requestIndex]!.censored(this.#dueMs, this.#nowMs() - this.#dueMs);
    if (context.raw !== undefined) this.#writeRow(context.raw, undefined, "in-flight");
    this.#task = undefined;
    this.#connection.destroy();
  }

  get #step(): CompiledStep {
    return this.#task!.steps[this.#stepIndex]!;
  }

  #nowMs(): number {
    return this.#phase.context.clock.nowMs() - this.#phase.startAtMs;
  }

  #sendStep(dueMs: number): void {
    const { context, recorder } = this.#phase;
    const step = this.#step;
    const random = this.#random!;
    const rendered = step.template.render({
      random,
      sequence: this.#sequence,
      captured: this.#captured ?? NO_CAPTURES,
      wallNowMs: context.wallNowMs,
    });
    this.#isChecked = step.checkRatio >= 1 || random.nextRatio() < step.checkRatio;
    this.#dueMs = dueMs;
    this.#redirectCount = 0;
    this.#dispatchedAtMs = this.#nowMs();
    recorder.lag(this.#dispatchedAtMs - dueMs);
    recorder.tasks[step.requestIndex]!.sent();
    this.#wire = {
      method: step.template.method,
      path: rendered.path,
      headers: rendered.headers,
      body: rendered.body,
      wantsBody: (this.#isChecked && step.expectation.needsBody) || step.needsBodyForCapture,
      wantsHeaders:
        step.expectation.needsHeaders || step.needsHeadersForCapture || context.redirectOrigin !== undefined,
    };
    this.#connection.send(this.#wire, this.#onEnd);
  }

  #ended(exchange: Exchange): void {
    const { startAtMs, recorder } = this.#phase;
    const endedAtMs = exchange.endedAtMs - startAtMs;
    const counts = recorder.tasks[this.#step.requestIndex]!;
    if (exchange.kind === "dropped") {
      this.#departure = "dropped";
      counts.droppedAfterAll(exchange.dropReason!);
      this.#finish(endedAtMs);
      return;
    }
    if (this.#isRedirected(exchange)) return;
    const responseMs = endedAtMs - this.#dueMs;
    const leftAtMs = this.#leftAtMs(exchange);
    this.#departure = Number.isNaN(leftAtMs) ? "unsent" : "sent";
    const sentAtMs = this.#departure === "unsent" ? this.#dispatchedAtMs : leftAtMs - startAtMs;
    const serviceMs = endedAtMs - sentAtMs;
    const failure =
      exchange.kind === "ok" ? this.#judge(exchange, responseMs) : { kind: exchange.kind, message: exchange.message };
    const { raw } = this.#phase.context;
    if (raw !== undefined) this.#writeRow(raw, exchange, failure?.kind ?? "ok");
    if (failure === undefined) {
      counts.completed(this.#dueMs, responseMs, serviceMs, exchange.bodyBytes);
      this.#goOn(endedAtMs);
    } else {
      counts.failed(this.#dueMs, responseMs, serviceMs, {
        kind: failure.kind,
        message: this.#phase.context.redact(failure.message),
        bodyBytes: exchange.bodyBytes,
      });
      this.#finish(endedAtMs);
    }
  }

  /** When the first octet of the request left, the first of its redirects; not a number if none did. */
  #leftAtMs(exchange: Exchange): number {
    return this.#redirectCount > 0 ? this.#firstSentAtMs : exchange.sentAtMs;
  }

  /** One row a request; of one given up there is no exchange. */
  #writeRow(raw: RawLog, exchange: Exchange | undefined, kind: RawRequest["kind"]): void {
    if (!raw.takes(this.#sequence)) return;
    const { startAtMs } = this.#phase;
    raw.add({
      requestIndex: this.#step.requestIndex,
      sequence: this.#sequence,
      dueMs: startAtMs + this.#dueMs,
      sentAtMs: exchange === undefined ? startAtMs + this.#dispatchedAtMs : this.#leftAtMs(exchange),
      firstByteAtMs: exchange?.firstByteAtMs ?? Number.NaN,
      endedAtMs: exchange?.endedAtMs ?? Number.NaN,
      status: exchange?.status ?? 0,
      kind,
      bodyBytes: exchange?.bodyBytes ?? 0,
    });
  }

  #judge(exchange: Exchange, responseMs: number): { kind: ErrorKind; message: string } | undefined {
    const step = this.#step;
    const failure = step.expectation.check({
      status: exchange.status,
      header: (name) => exchange.header(name),
      body: this.#isChecked ? exchange.body : undefined,
      isBodyChecked: this.#isChecked,
      responseMs,
    });
    return failure ?? this.#capture(exchange);
  }

  #capture(exchange: Exchange): { kind: ErrorKind; message: string } | undefined {
    const step = this.#step;
    let json: JsonValue | undefined;
    for (const [name, capture] of Object.entries(step.capture)) {
      let value: JsonValue | undefined;
      if (capture.from === "header") value = exchange.header(capture.name);
      else {
        json ??= parseJsonBody(exchange.body);
        value = readJsonPath(json, capture.path);
      }
      if (value === undefined || value === null)
        return { kind: "expectation", message: `nothing to capture as ${name}` };
      this.#captured ??= new Map();
      this.#captured.set(name, value);
    }
    return undefined;
  }

  #goOn(endedAtMs: number): void {
    const hasNext = this.#stepIndex + 1 < this.#task!.steps.length;
    if (!hasNext || !this.#phase.isSending()) {
      this.#finish(endedAtMs);
      return;
    }
    this.#stepIndex++;
    this.#sendStep(endedAtMs);
  }

  #finish(endedAtMs: number): void {
    this.#task = undefined;
    this.#onDone(endedAtMs);
  }

  /** Follows a redirect within the same origin as part of the same request; any other is the final answer. */
  #isRedirected(exchange: Exchange): boolean {
    const origin = this.#phase.context.redirectOrigin;
    if (origin === undefined || exchange.kind !== "ok" || this.#redirectCount >= MAX_REDIRECTS) return false;
    if (![301, 302, 303, 307, 308].includes(exchange.status)) return false;
    const to = resolveLocation(exchange.header("location"), origin + this.#wire!.path);
    if (to?.origin !== origin) return false;
    const keepsMethod = exchange.status >= 307 || this.#wire!.method === "GET" || this.#wire!.method === "HEAD";
    if (this.#redirectCount++ === 0) this.#firstSentAtMs = exchange.sentAtMs;
    this.#wire = {
      ...this.#wire!,
      path: to.pathname + to.search,
      ...(keepsMethod ? {} : { method: "GET", body: undefined }),
    };
    this.#connection.send(this.#wire, this.#onEnd);
    return true;
  }
}

export interface CallerRequest {
  /** When the plan wanted it, on the phase clock. */
  readonly dueMs: number;
  readonly random: Random;
  readonly sequence: number;
}

function resolveLocation(location: string | undefined, base: string): URL | undefined {
  if (location === undefined) return undefined;
  try {
    return new URL(location, base);
  } catch {
    return undefined;
  }
}
