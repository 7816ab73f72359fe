import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NOTHING_MORE } from "./event-log.ts";
import { ListFeed } from "./list-feed.ts";
import type { RunList, RunListing } from "./live-event.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listing(name: string, state: RunListing["state"] = "ended"): RunListing {
  const facts = { folder: "", kind: "run", target: "", profiles: [], command: "", startedAt: "", bytes: 1 } as const;
  return { id: `2026-11-23-${name}`, name, state, ...facts };
}

function feedOf(list: RunList) {
  const state = { list, lookCount: 0, takesMs: 0, fault: undefined as Error | undefined };
  const faults: unknown[] = [];
  const read = async () => {
    state.lookCount++;
    if (state.fault !== undefined) throw state.fault;
    const { list: seen, takesMs } = state;
    if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
    return seen;
  };
  const feed = new ListFeed(read, { startedAtMs: 1000, onFault: (error) => faults.push(error) });
  return { feed, state, faults };
}

const CALM: RunList = { runs: [listing("old")], starts: [], isCut: false };
const BUSY: RunList = { ...CALM, runs: [listing("new", "running"), listing("old")] };

/** A viewer that reads on until it is told of the end; `seen` are its events by name. */
function watch(feed: ListFeed) {
  const seen: string[] = [];
  const state = { n: undefined as number | undefined, hasLeft: false };
  const follow = async () => {
    while (!state.hasLeft) {
      const news = feed.since(state.n);
      if (news?.isEnd === true) break;
      if (news === undefined) await feed.news(10_000);
      else {
        seen.push(...[...news.text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name!));
        state.n = news.n;
      }
    }
  };
  const leave = (): void => {
    state.hasLeft = true;
  };
  return { seen, done: follow(), leave };
}

describe("the list's feed", () => {
  test("looks once for all who watch, and tells each of a change once", async () => {
    const { feed, state } = feedOf(BUSY);
    const viewers = Array.from({ length: 10 }, () => watch(feed));
    await vi.advanceTimersByTimeAsync(0);
    expect(state.lookCount).toBe(1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(state.lookCount).toBe(4);
    state.list = CALM;
    await vi.advanceTimersByTimeAsync(1000);
    for (const { seen } of viewers) expect(seen).toEqual(["snapshot", "patch"]);
    feed.close();
    await Promise.all(viewers.map(({ done }) => done));
  });

  test("does not look while nobody watches, and tells who comes then what is so then", async () => {
    const { feed, state } = feedOf(BUSY);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.lookCount).toBe(0);
    const first = watch(feed);
    await vi.advanceTimersByTimeAsync(1000);
    first.leave();
    await vi.advanceTimersByTimeAsync(20_000);
    const { lookCount } = state;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.lookCount).toBe(lookCount);
    state.list = CALM;
    expect(feed.since(undefined)).toBeUndefined();
    const second = watch(feed);
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.since(undefined)?.text).not.toContain("running");
    expect(second.seen).toEqual(["snapshot"]);
    feed.close();
  });

  test.each([
    ["every second while a run goes on", BUSY, 1000],
    ["every two seconds else", CALM, 2000],
    [
      "at once while one starts",
      { ...CALM, starts: [{ folder: "x", spec: "s", profile: "p", startedAt: "", state: "starting" }] },
      300,
    ],
  ] as const)("looks %s", async (_, list, everyMs) => {
    const { feed, state } = feedOf(list);
    watch(feed);
    await vi.advanceTimersByTimeAsync(everyMs * 5 + 1);
    expect(state.lookCount).toBe(6);
    feed.close();
  });

  test("looks at once when something was done, also to a look that is under way", async () => {
    const { feed, state } = feedOf(CALM);
    const { seen } = watch(feed);
    await vi.advanceTimersByTimeAsync(10);
    state.list = BUSY;
    feed.refresh();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(["snapshot", "patch"]);
    state.takesMs = 100;
    feed.refresh();
    await vi.advanceTimersByTimeAsync(50);
    expect(state.lookCount).toBe(3);
    feed.refresh();
    await vi.advanceTimersByTimeAsync(50);
    expect(state.lookCount).toBe(4);
    feed.close();
  });

  test("a look that fails is told, and the list stays as it was", async () => {
    const { feed, state, faults } = feedOf(CALM);
    const { seen } = watch(feed);
    await vi.advanceTimersByTimeAsync(10);
    state.fault = new Error("EMFILE");
    await vi.advanceTimersByTimeAsync(2000);
    expect(faults).toEqual([state.fault]);
    state.fault = undefined;
    state.list = BUSY;
    await vi.advanceTimersByTimeAsync(2000);
    expect(seen).toEqual(["snapshot", "patch"]);
    feed.close();
  });

  test("its numbers rise over a restart of the server, so that who comes back gets the whole", async () => {
    const { feed } = feedOf(CALM);
    watch(feed);
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.since(undefined)?.n).toBeGreaterThan(1000);
    expect(feed.since(12)?.text).toContain("event: snapshot");
    feed.close();
    expect(feed.since(12)).toBe(NOTHING_MORE);
  });

  test("what others wrote into a journal comes as visible text", async () => {
    const { feed } = feedOf({ ...CALM, runs: [listing("\u202egnp.exe")] });
    watch(feed);
    await vi.advanceTimersByTimeAsync(0);
    expect(feed.since(undefined)?.text).not.toContain("\u202e");
    feed.close();
  });
});
