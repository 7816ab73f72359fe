/** How often a search says that its target got slower: of targets that did not, and of targets that did. */
import { describe, test } from "vitest";
import { type AskedCapacity, capacityOptions } from "../../packages/plimsoll/src/analysis/capacity/capacity-options.ts";
import { type CapacityResult, nextCapacityStep } from "../../packages/plimsoll/src/analysis/capacity/pace.ts";
import { searchDrift } from "../../packages/plimsoll/src/analysis/capacity/search-drift.ts";
import { fcfsTarget } from "./kit/fcfs-target.ts";
import { CLOSED_CASES, FAST_CASES } from "./kit/search-cases.ts";
import { runSearch } from "./kit/virtual-search.ts";
import { exponential, type VirtualTarget } from "./kit/virtual-target.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell } from "./lane.ts";

const USUAL = {};
/** What `--budget 2m` makes of it. */
const SHORT = { budgetMs: 120_000, stepMs: 10_000, rampStepMs: 10_000 / 3, maxWaitForRequestsMs: 40_000 };

function isSlowed(target: VirtualTarget, asked: AskedCapacity): boolean {
  const options = capacityOptions(asked);
  const { history } = runSearch<CapacityResult>(target, options, nextCapacityStep, { drains: "always" });
  return searchDrift(history, 0, options.slos) !== undefined;
}

/** Asks so much more of a server, the longer it runs, as if it got slower; the client counts what it knows of. */
function ageing(inner: VirtualTarget, perMinute: number): VirtualTarget {
  let minutes = 0;
  return {
    ...inner,
    step: (load, seconds, ...rest) => {
      const record = inner.step(load * (1 + perMinute * minutes), seconds, ...rest);
      minutes += record.elapsed / 60;
      return record;
    },
    drain: () => inner.drain(),
  };
}

describe("a target that stays as it is", () => {
  test.each([
    ["ten minutes", USUAL],
    ["two minutes", SHORT],
  ])("is hardly ever called slower: %s", (name, more) => {
    const cases = [...FAST_CASES, ...CLOSED_CASES];
    const seeds = seedsOf(100, 12, 400);
    const falseAlarms = cases.flatMap(({ name: server, target, asked }) => {
      const alarms = seeds.filter((seed) => isSlowed(target(seed), { ...asked, ...more })).length;
      if (alarms > 0) tell(`called slower, though it is not, ${server}, ${name}`, { alarms, searches: seeds.length });
      return Array.from({ length: alarms }, () => server);
    }).length;
    const searches = cases.length * seeds.length;
    tell(`called slower, though it is not, ${name}`, { falseAlarms, searches });
    expectAtMost(falseAlarms, searches, 1);
  });
});

describe("a target that gets slower", () => {
  test.each([
    ["30 % a minute, two minutes", 0.3, SHORT, 60],
    ["10 % a minute, ten minutes", 0.1, USUAL, 90],
    ["3 % a minute, ten minutes", 0.03, USUAL, 50],
  ])("is called so: %s", (name, perMinute, more, sure) => {
    const seeds = seedsOf(100, 25);
    const asked = FAST_CASES[2]!.asked;
    const found = seeds.filter((seed) =>
      isSlowed(ageing(fcfsTarget({ servers: 8, service: exponential(0.1) }, seed), perMinute), {
        ...asked,
        ...more,
        startLoad: 25,
      }),
    ).length;
    tell(`called slower, M/M/8 that is, ${name}`, { found, searches: seeds.length });
    expectAtLeast(found, seeds.length, sure);
  });
});
