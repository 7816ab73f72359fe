/** Brings bodies to a collector, in order, without ever holding up who hands them over. */
import { setTimeout as sleep } from "node:timers/promises";
import type { OtlpSettings } from "./otlp-settings.ts";

export interface PusherOptions {
  readonly settings: OtlpSettings;
  /** Told once, the first time that a push fails. */
  readonly onFailure: (why: string) => void;
  /** First pause before another try; doubles up to `mostPauseMs`. */
  readonly pauseMs?: number;
  readonly mostPauseMs?: number;
  readonly timeoutMs?: number;
}

/** Bodies that wait at most; the oldest goes when another comes. */
const MOST_WAITING = 30;
const PAUSE_MS = 1000;
const MOST_PAUSE_MS = 30_000;
const TIMEOUT_MS = 10_000;
/** What a collector answers that may take the same body later (OTLP/HTTP, "Retryable Response Codes"). */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What came of a push. */
type Attempt =
  | { readonly kind: "taken" }
  | { readonly kind: "lost" | "again"; readonly why: string; readonly pauseMs?: number };

/** One push at a time; a collector that is slow or away costs the oldest bodies, never the run. */
export class OtlpPusher {
  readonly #options: PusherOptions;
  readonly #waiting: Buffer[] = [];
  /** Ends pauses and the push on its way. */
  readonly #closing = new AbortController();
  #sending: Promise<void> | undefined;
  #isFailing = false;
  #hasTold = false;
  /** Bodies handed over, and those that no collector took. */
  pushedCount = 0;
  lostCount = 0;
  /** Tries that failed, whether or not their body was taken later. */
  failedCount = 0;

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Hands a body over. */
  push(body: Buffer): void {
    this.pushedCount++;
    this.#waiting.push(body);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.lostCount++;
    }
    this.#sending ??= this.#send();
  }

  /** Waits so long for what is on its way, 1 s where pushes fail, then gives it up; afterwards all counts are final. */
  async close(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.#closing.abort(), this.#isFailing ? Math.min(withinMs, 1000) : withinMs);
    await this.#sending;
    clearTimeout(timer);
    this.#closing.abort();
    this.lostCount += this.#waiting.splice(0).length;
  }

  async #send(): Promise<void> {
    const { pauseMs: firstPauseMs = PAUSE_MS, mostPauseMs = MOST_PAUSE_MS } = this.#options;
    let pauseMs = firstPauseMs;
    for (let body = this.#waiting.shift(); body !== undefined; ) {
      const attempt = await this.#attempt(body);
      this.#isFailing = attempt.kind !== "taken";
      if (attempt.kind !== "taken") this.#noteFailure(attempt.why);
      if (attempt.kind === "again" && !this.#closing.signal.aborted) {
        await sleep(Math.min(mostPauseMs, attempt.pauseMs ?? pauseMs), undefined, {
          signal: this.#closing.signal,
          ref: false,
        }).catch(() => {});
        pauseMs = Math.min(mostPauseMs, 2 * pauseMs);
        // Meanwhile others may have filled its place: then it was the oldest.
        if (!this.#closing.signal.aborted && this.#waiting.length < MOST_WAITING) continue;
      }
      if (attempt.kind !== "taken") this.lostCount++;
      else pauseMs = firstPauseMs;
      if (this.#closing.signal.aborted) break;
      body = this.#waiting.shift();
    }
    this.#sending = undefined;
  }

  async #attempt(body: Buffer): Promise<Attempt> {
    const { url, format, headers } = this.#options.settings;
    const type = format === "json" ? "application/json" : "application/x-protobuf";
    // One of its own: signals derived from a lasting one would pile up on it.
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    const timer = setTimeout(giveUp, this.#options.timeoutMs ?? TIMEOUT_MS);
    this.#closing.signal.addEventListener("abort", giveUp, { once: true });
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": type },
        body,
        redirect: "manual",
        signal: attempt.signal,
      });
      await response.body?.cancel();
      if (response.ok) return { kind: "taken" };
      const why = `it answered ${response.status}`;
      return RETRYABLE.has(response.status)
        ? { kind: "again", why, ...pauseOf(response.headers.get("retry-after")) }
        : { kind: "lost", why };
    } catch (error) {
      return { kind: "again", why: attempt.signal.aborted ? "no answer in time" : reasonOf(error) };
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener("abort", giveUp);
    }
  }

  #noteFailure(why: string): void {
    this.failedCount++;
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#options.onFailure(why);
  }
}

function pauseOf(retryAfter: string | null): { readonly pauseMs?: number } {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? { pauseMs: Number(retryAfter) * 1000 } : {};
}

/** `ECONNREFUSED` rather than `fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : error.message;
}
