import { expect, test } from "vitest";
import type { StartListing } from "./live-event.ts";
import { StartedRuns } from "./started-runs.ts";

function listing(folder: string, state: StartListing["state"]): StartListing {
  return { folder, spec: "plimsoll.yaml", profile: "p", startedAt: "2026-11-23T00:00:00Z", state };
}

/** A start that comes about when it is told to. */
function heldStart() {
  let resolve: (told: StartListing) => void = () => {};
  let reject: (why: Error) => void = () => {};
  const promise = new Promise<StartListing>((...settle) => {
    [resolve, reject] = settle;
  });
  const start = async () => {
    const told = await promise;
    return { listing: () => told };
  };
  return { start, resolve, reject };
}

const REFUSED = { status: 409, message: expect.stringContaining("a run goes on already") };

test("of two that are asked for at once one begins, and the other is refused unheard", async () => {
  const starts = new StartedRuns();
  const first = heldStart();
  const begun = starts.begin(first.start);
  let isAsked = false;
  const second = starts.begin(() => {
    isAsked = true;
    return first.start();
  });
  await expect(second).rejects.toMatchObject(REFUSED);
  expect(isAsked).toBe(false);
  first.resolve(listing("one", "starting"));
  expect((await begun).folder).toBe("one");
  expect(starts.list().map(({ folder }) => folder)).toEqual(["one"]);
});

test.each(["starting", "ending"] as const)("one that is %s has the place", async (state) => {
  const starts = new StartedRuns();
  await starts.begin(async () => ({ listing: () => listing("one", state) }));
  const next = async () => ({ listing: () => listing("two", "started") });
  await expect(starts.begin(next)).rejects.toMatchObject(REFUSED);
  expect(starts.forget("one")).toBe(false);
  expect(starts.list().map(({ folder }) => folder)).toEqual(["one"]);
});

test.each(["failed", "removed"] as const)(
  "one that %s has it no more, and is told of until the next or until it is forgotten",
  async (state) => {
    const starts = new StartedRuns();
    const start = (folder: string) => starts.begin(async () => ({ listing: () => listing(folder, state) }));
    const told = () => starts.list().map(({ folder }) => folder);
    await start("one");
    expect(told()).toEqual(["one"]);
    await start("two");
    expect(told()).toEqual(["two"]);
    expect([starts.forget("one"), starts.forget("two"), starts.forget("two")]).toEqual([false, true, false]);
    expect(told()).toEqual([]);
  },
);

test("a start that fails says why and gives its place back", async () => {
  const starts = new StartedRuns();
  const failing = heldStart();
  const begun = starts.begin(failing.start);
  failing.reject(new Error("no such spec"));
  await expect(begun).rejects.toThrow("no such spec");
  expect((await starts.begin(async () => ({ listing: () => listing("two", "starting") }))).folder).toBe("two");
});
