/**
 * Reads the target's own metrics beside the load, on the coordinator's thread. That it fails is a fact for the journal,
 * told once; the run goes on.
 */
import { EVENT_CODES } from "../../records/event-codes.ts";
import type { EventRecord, ObservedRecord } from "../../records/record.ts";
import type { Observe } from "../../spec/spec.ts";
import { nothingObserved, observedValues } from "./observed-values.ts";
import type { Scrape, Scraper } from "./scraper.ts";

export interface ObserverOptions {
  readonly observe: Observe;
  readonly scraper: Scraper;
  /** The address as it may be shown. */
  readonly shown: string;
  readonly redact: (text: string) => string;
  /** The run clock. */
  readonly nowMs: () => number;
  readonly tell: (record: ObservedRecord | EventRecord) => void;
}

/** Most names that one event lists. */
const MOST_NAMED = 5;

/** Scrapes every `everyMs`, one at a time: a slow target is asked less often, never twice at once. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #told = new Set<"failed" | "missing">();
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.scrape(), options.observe.everyMs);
    this.#timer.unref();
    void this.scrape();
  }

  /** Asks once, unless an answer is still awaited, and records what came, under the time at which it was asked. */
  async scrape(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { scraper, nowMs } = this.#options;
    const atMs = nowMs();
    const scrape = await scraper.scrape();
    this.#isBusy = false;
    if (this.#timer !== undefined) this.#record(atMs, scrape);
  }

  /** Nothing is told after it. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#options.scraper.close();
  }

  #record(atMs: number, scrape: Scrape): void {
    const { observe, shown, tell } = this.#options;
    if (scrape.kind === "failed") {
      tell({ k: "obs", atMs, values: nothingObserved(observe.metrics) });
      this.#tellOnce("failed", atMs, `${shown} told nothing: ${scrape.why}`);
      return;
    }
    const values = observedValues(scrape.text, observe.metrics);
    tell({ k: "obs", atMs, values });
    const missing = observe.metrics.filter(({ name }) => values[name] === null).map(({ metric }) => metric);
    if (missing.length === 0) return;
    const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : "";
    this.#tellOnce("missing", atMs, `${shown} tells nothing of ${missing.slice(0, MOST_NAMED).join(", ")}${more}`);
  }

  #tellOnce(what: "failed" | "missing", atMs: number, text: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    const message = this.#options.redact(text);
    this.#options.tell({ k: "ev", code: EVENT_CODES.observationFailed, level: "warning", atMs, message });
  }
}
