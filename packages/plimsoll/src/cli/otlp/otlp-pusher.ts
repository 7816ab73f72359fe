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
  readonly #aborted = new AbortController();
  #sending: Promise<void> | undefined;
  #hasTold = false;
  /** Bodies handed over, and those that no collector took. */
  pushedCount = 0;
  lostCount = 0;

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

  /** Waits so long for what is on its way, then gives it up; afterwards all counts are final. */
  async close(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.#aborted.abort(), withinMs);
    await this.#sending;
    clearTimeout(timer);
    this.#aborted.abort();
    this.lostCount += this.#waiting.splice(0).length;
  }

  async #send(): Promise<void> {
    const { pauseMs: firstPauseMs = PAUSE_MS, mostPauseMs = MOST_PAUSE_MS } = this.#options;
    let pauseMs = firstPauseMs;
    for (let body = this.#waiting.shift(); body !== undefined; ) {
      const attempt = await this.#attempt(body);
      if (attempt.kind !== "taken") this.#tell(attempt.why);
      if (attempt.kind === "again" && !this.#aborted.signal.aborted) {
        await sleep(Math.min(mostPauseMs, attempt.pauseMs ?? pauseMs), undefined, {
          signal: this.#aborted.signal,
          ref: false,
        }).catch(() => {});
        pauseMs = Math.min(mostPauseMs, 2 * pauseMs);
        // Meanwhile others may have filled its place: then it was the oldest.
        if (!this.#aborted.signal.aborted && this.#waiting.length < MOST_WAITING) continue;
      }
      if (attempt.kind !== "taken") this.lostCount++;
      else pauseMs = firstPauseMs;
      if (this.#aborted.signal.aborted) break;
      body = this.#waiting.shift();
    }
    this.#sending = undefined;
  }

  async #attempt(body: Buffer): Promise<Attempt> {
    const { url, format, headers } = this.#options.settings;
    const type = format === "json" ? "application/json" : "application/x-protobuf";
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": type },
        body,
        redirect: "manual",
        signal: AbortSignal.any([this.#aborted.signal, AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (response.ok) return { kind: "taken" };
      const why = `it answered ${response.status}`;
      return RETRYABLE.has(response.status)
        ? { kind: "again", why, ...pauseOf(response.headers.get("retry-after")) }
        : { kind: "lost", why };
    } catch (error) {
      return { kind: "again", why: reasonOf(error) };
    }
  }

  #tell(why: string): void {
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
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : error.message;
}
