import { type Judge, RunFeed } from "./run-feed.ts";
import type { FoundRun } from "./run-list.ts";

/** A feed that nobody looks at any more is kept so long, so that a reload costs nothing. */
const KEEP_MS = 15_000;
const MAX_IDLE = 4;

interface Held {
  readonly feed: RunFeed;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/** One feed a run, shared by all who look at it, closed when nobody has for a while. */
export class RunFeeds {
  readonly #judge: Judge;
  readonly #held = new Map<string, Held>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** Runs `use` with the run's feed, which stays open at least until it resolves. */
  async with<T>({ dir, listing }: FoundRun, use: (feed: RunFeed) => Promise<T>): Promise<T> {
    const held = this.#open(listing.id, dir);
    held.users++;
    clearTimeout(held.timer);
    try {
      return await use(held.feed);
    } finally {
      held.users--;
      if (held.users === 0) this.#leave(listing.id, held);
    }
  }

  async close(): Promise<void> {
    const feeds = [...this.#held.values()];
    this.#held.clear();
    for (const { timer } of feeds) clearTimeout(timer);
    await Promise.all(feeds.map(({ feed }) => feed.close()));
  }

  #open(id: string, dir: string): Held {
    const there = this.#held.get(id);
    if (there !== undefined) return there;
    const held: Held = { feed: new RunFeed(id, dir, this.#judge), users: 0, timer: undefined };
    this.#held.set(id, held);
    return held;
  }

  #leave(id: string, held: Held): void {
    const idle = [...this.#held].filter(([, { users }]) => users === 0);
    if (idle.length > MAX_IDLE) this.#drop(...idle[0]!);
    held.timer = setTimeout(() => this.#drop(id, held), KEEP_MS);
    held.timer.unref();
  }

  #drop(id: string, held: Held): void {
    if (this.#held.get(id) !== held) return;
    clearTimeout(held.timer);
    this.#held.delete(id);
    void held.feed.close();
  }
}
