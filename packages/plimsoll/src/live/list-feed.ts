import type { JsonValue } from "../base/json.ts";
import { visibleJson } from "../report/html-text.ts";
import { EventLog, type LoggedEvents, NOTHING_MORE } from "./event-log.ts";
import type { EventSource } from "./event-stream.ts";
import type { RunList } from "./live-event.ts";
import { Waiters } from "./waiters.ts";

/** While a run goes on its figures are new every second; a list of runs that are over changes rarely. */
const STARTING_MS = 300;
const RUNNING_MS = 1_000;
const CALM_MS = 2_000;
/** Looking may take this share of our time: many folders are looked at more rarely. */
const MAX_LOOK_RATIO = 0.1;

/**
 * The list of runs as it changes, told as events. It is looked up once for all who watch it, and not at all while
 * nobody does. Its numbers are not those of a journal: they rise, also over a restart of the server, and say no more.
 */
export class ListFeed implements EventSource {
  readonly #read: () => Promise<RunList>;
  readonly #onFault: (error: unknown) => void;
  readonly #log = new EventLog();
  readonly #waiters = new Waiters();
  /** Milliseconds since 1970 at the start: more than one change a millisecond there is not. */
  #n: number;
  #text = "";
  /** What is held is of now, for somebody has watched ever since. */
  #isFresh = false;
  #isLooking = false;
  #isClosed = false;
  /** What is being looked at may already be another. */
  #isOutdated = false;
  #stopPause: (() => void) | undefined;

  constructor(
    read: () => Promise<RunList>,
    options: { readonly startedAtMs: number; readonly onFault: (error: unknown) => void },
  ) {
    this.#read = read;
    this.#n = options.startedAtMs;
    this.#onFault = options.onFault;
  }

  /** What a viewer lacks whose last event was `n`. */
  since(n: number | undefined): LoggedEvents | undefined {
    if (this.#isClosed) return NOTHING_MORE;
    return this.#isFresh ? this.#log.since(n) : undefined;
  }

  /** Resolves to true when `since` may have something new, to false after `withinMs` without. */
  news(withinMs: number): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(true);
    const told = this.#waiters.wait(withinMs);
    void this.#follow();
    return told;
  }

  /** Something was done that shows in the list: looks at once, if anybody watches. */
  refresh(): void {
    this.#isOutdated = true;
    this.#stopPause?.();
  }

  close(): void {
    this.#isClosed = true;
    this.refresh();
    this.#waiters.wakeAll();
  }

  /** Looks until nobody waits any more. */
  async #follow(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#waiters.count > 0 && !this.#isClosed) {
      const startedAtMs = performance.now();
      this.#isOutdated = false;
      const everyMs = await this.#look();
      const tookMs = performance.now() - startedAtMs;
      if (!this.#isOutdated) await this.#pause(Math.max(everyMs, tookMs / MAX_LOOK_RATIO));
    }
    this.#isLooking = false;
    this.#isFresh = false;
  }

  /** Returns how soon to look again. */
  async #look(): Promise<number> {
    try {
      const list = await this.#read();
      this.#take(visibleJson(list));
      if (list.starts.some(({ state }) => state === "starting" || state === "ending")) return STARTING_MS;
      return list.runs.some(({ state }) => state === "running") ? RUNNING_MS : CALM_MS;
    } catch (error) {
      this.#onFault(error);
      return CALM_MS;
    }
  }

  #take(text: string): void {
    const isNew = text !== this.#text;
    if (isNew) {
      const document: JsonValue = JSON.parse(text);
      this.#text = text;
      this.#log.add(++this.#n, document);
    }
    if (isNew || !this.#isFresh) {
      this.#isFresh = true;
      this.#waiters.wakeAll();
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
