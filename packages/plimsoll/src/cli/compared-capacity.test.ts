import { describe, expect, test } from "vitest";
import { capacityReport } from "../analysis/capacity/capacity-report.ts";
import {
  askedSearch,
  finishedSearch,
  imaginedSearch,
  stationAnswer,
  statsOf,
} from "../analysis/capacity/imagined-search.ts";
import { capacityEntry } from "../report/capacity-json.ts";
import { type KnownCapacity, matchCapacities, searchedCapacity, summaryCapacity } from "./compared-capacity.ts";

const SEARCH = {
  asked: askedSearch({ startLoad: 40, budgetMs: 120_000, levels: [] }),
  seed: 5,
  limitsMs: [500],
  target: () => stationAnswer(8, 100),
};
const REPORT = capacityReport(statsOf(finishedSearch(SEARCH)))!;

describe("the capacity of a search", () => {
  test("is the same from its journal and from its summary", () => {
    const fromJournal = searchedCapacity(REPORT);
    expect(fromJournal).toMatchObject({ by: "rate", promises: ["p95<500ms"] });
    expect(fromJournal?.capacity.low).toBeGreaterThan(50);
    expect(summaryCapacity(JSON.stringify({ capacity: capacityEntry(REPORT) }))).toEqual(fromJournal);
  });

  test("of one that did not come to its end, or of none, is not known", () => {
    const cut = imaginedSearch(SEARCH).slice(0, 60);
    expect(searchedCapacity(capacityReport(statsOf(cut)))).toBeUndefined();
    expect(searchedCapacity(undefined)).toBeUndefined();
    for (const text of ["", "{}", '{"capacity":{"by":"rate","value":7,"low":0,"high":9}}', '{"capacity":{"by":"tea"}}'])
      expect(summaryCapacity(text)).toBeUndefined();
  });
});

describe("two capacities", () => {
  const known = (more: Partial<KnownCapacity> = {}): KnownCapacity => ({
    ...{ by: "rate", promises: ["p95<500ms"], capacity: { value: 72, low: 70, high: 74 } },
    ...more,
  });

  test("in the same unit within the same promises are compared", () => {
    const spaced = known({ promises: ["p95 < 500ms"] });
    expect(matchCapacities(known(), spaced)).toEqual({ capacities: expect.objectContaining({ by: "rate" }) });
    expect(matchCapacities(known({ promises: undefined }), known()).capacities).toBeDefined();
  });

  test("else not, and it is said why", () => {
    expect(matchCapacities(known(), undefined)).toEqual({ capacities: undefined });
    expect(matchCapacities(known(), known({ by: "users" }))).toEqual({
      capacities: undefined,
      unlike: "BASE was searched by requests a second, NEW by users",
    });
    expect(matchCapacities(known(), known({ promises: ["p95<1s"] }))).toEqual({
      capacities: undefined,
      unlike: "that of BASE is within p95<500ms, that of NEW within p95<1s",
    });
  });
});
