import { expect, test } from "vitest";
import { askedSearch, statsOf } from "../analysis/capacity/imagined-search.ts";
import { sampleJournal } from "../analysis/journal-sample.ts";
import type { RunEnd } from "../analysis/run-stats.ts";
import { commandAgain } from "./command-again.ts";

const { plan } = statsOf(sampleJournal());
const KILLED: RunEnd = { kind: "interrupted", atMs: 9000, signal: undefined };
const COMPLETE: RunEnd = { kind: "complete", atMs: 9000 };
const search = { ...plan, search: askedSearch(), command: "plimsoll find --url http://127.0.0.1:8000/ --seed 5" };

test("an interrupted search is gone on with, a finished one begun anew", () => {
  expect(commandAgain({ plan: search, end: KILLED })).toBe(`${search.command} --resume`);
  expect(commandAgain({ plan: search, end: COMPLETE })).toBe(search.command);
});

test("an interrupted run, and the search of a comparison, can only be begun anew", () => {
  expect(commandAgain({ plan, end: KILLED })).toBe(plan.command);
  const compare = "plimsoll compare http://127.0.0.1:8000/ http://127.0.0.1:8001/ --seed 5";
  expect(commandAgain({ plan: { ...search, command: compare }, end: KILLED })).toBe(compare);
});
