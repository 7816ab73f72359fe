import { expect, test } from "vitest";
import type { RunListing } from "../../../plimsoll/src/live/live-event.ts";
import { runToShow } from "./run-to-show.ts";

function run(id: string, startedAt: string, state: RunListing["state"]): RunListing {
  const texts = { folder: "", name: "", target: "", command: "" };
  return { ...texts, id, startedAt, state, kind: "run", profiles: [], bytes: 0 };
}

/** Newest first, as the server lists them. */
const RUNS = [
  run("next", "2026-11-23T10:05:00.000Z", "running"),
  run("own", "2026-11-23T10:00:01.000Z", "ended"),
  run("before", "2026-11-23T09:00:00.000Z", "ended"),
];
const TEN = Date.parse("2026-11-23T10:00:00.000Z");

test("without a time: the run that goes on", () => {
  expect(runToShow(RUNS, undefined)?.id).toBe("next");
  expect(runToShow(RUNS.slice(1), undefined)).toBeUndefined();
});

test("with a time: the first run begun since, though it is over and another goes on", () => {
  expect(runToShow(RUNS, TEN)?.id).toBe("own");
});

test("a run of before is not the one that is waited for", () => {
  expect(runToShow(RUNS.slice(2), TEN)).toBeUndefined();
});
