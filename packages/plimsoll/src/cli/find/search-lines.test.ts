import { describe, expect, test } from "vitest";
import {
  askedSearch,
  type ImaginedSearch,
  imaginedSearch,
  stationAnswer,
  statsOf,
} from "../../analysis/capacity/imagined-search.ts";
import type { PlannedSearch } from "../../records/record.ts";
import type { Console } from "../console.ts";
import { createSearchLines } from "./search-lines.ts";
import { announceSearch } from "./search-screen.ts";

/** What a log holds in the end of a search whose lines were asked for as each phase had ended. */
function logOf(asked: PlannedSearch, target: ImaginedSearch["target"]): readonly string[] {
  let text = "";
  const console: Console = {
    ...{
      out: () => {},
      tell: () => {},
      note: (more) => (text += more),
      hasColour: false,
      isLive: false,
      isAttended: false,
    },
    ...{ columns: 100, rows: 24, isQuiet: false, isJson: false },
  };
  announceSearch(asked, console);
  const { tell } = createSearchLines(console.note);
  const records = imaginedSearch({ asked, seed: 11, limitsMs: [500], target });
  const begun = records.flatMap((record, at) => (record.k === "step" ? [at] : []));
  for (const at of [...begun, records.length]) tell(statsOf(records.slice(0, at)));
  return text.trimEnd().split("\n");
}

const ASKED = askedSearch({ budgetMs: 60_000, levels: [1] });
const FORECAST = /^Beginning at [\d.]+\/s\. If the limit lies about [\d.]+\/s, expect some .* ± \d+ %\.$/;
const atOf = (lines: readonly string[], pattern: RegExp) => lines.findIndex((line) => pattern.test(line));

describe("the log of a search", () => {
  const station = () => stationAnswer(8, 100);
  const probed = logOf(ASKED, station);
  const begun = logOf({ ...ASKED, startLoad: 30 }, station);

  test("tells what to expect before the first step where it is known where the search begins", () => {
    expect(begun[0]).toBe(
      "Searching the greatest rate within p95<500ms: at most 1 m; then a table by number of users.",
    );
    expect(begun[1]).toMatch(FORECAST);
    expect(begun[2]).toMatch(/^⦵ step 1: 30\.0\/s · /);
    expect(begun.filter((line) => FORECAST.test(line))).toHaveLength(1);
  });

  test("else as soon as the probes have told it, before the first step", () => {
    expect(probed.slice(1, 3).every((line) => line.startsWith("⦵ probe: "))).toBe(true);
    expect(probed[3]).toMatch(FORECAST);
    expect(probed[4]).toMatch(/^⦵ step 1: /);
    expect(probed.filter((line) => FORECAST.test(line))).toHaveLength(1);
  });

  test("has the answer when it is found, with what follows, and the rows of the table after it", () => {
    const answer = atOf(
      begun,
      /^The capacity looks like .* within p95<500ms\. Still to come: 1 row by number of users \(about .*\)\.$/,
    );
    expect(begun[answer - 1]).toMatch(/^⦵ step \d+: /);
    expect(begun.slice(answer + 1).map((line) => line.slice(0, 8))).toEqual(["⦵ 1 user"]);
  });

  test("warns once, right after the first step, of a limit that the unloaded target nearly reaches", () => {
    const slow = logOf({ ...ASKED, startLoad: 2 }, () => () => ({ serviceMs: 450 }));
    const warned = atOf(slow, /^Even without load the target is close to the limit of p95<500ms: /);
    expect(slow[warned - 1]).toMatch(/^⦵ step 1: /);
    expect(slow.filter((line) => line.startsWith("Even without load"))).toHaveLength(1);
    expect(atOf(begun, /^Even without load/)).toBe(-1);
  });
});
