/** A peak is found where there is one, and never where there is only a ceiling. */
import { expect, test } from "vitest";
import { judgeScalability } from "../../packages/plimsoll/src/analysis/scalability-verdict.ts";
import { throughputAt } from "../../packages/plimsoll/src/analysis/universal-scalability.ts";
import { Random } from "../../packages/plimsoll/src/base/random.ts";
import { expectAtLeast, seedsOf, tell, widen } from "./lane.ts";
import { closedThroughput } from "./queues.ts";

const SEEDS = seedsOf(100);
const LOADS = [1, 2, 4, 8, 16, 32, 64, 96, 128];
const TRUTH = {
  gamma: 10,
  alpha: 0.02,
  beta: 0.0004,
  peakLoad: undefined,
  peakPerSec: undefined,
  asymptotePerSec: undefined,
};
const PEAK = Math.sqrt(0.98 / 0.0004);

function judged(curve: (load: number) => number, noise: number, seed: number) {
  const random = new Random(seed, 12, Math.round(noise * 1000));
  return judgeScalability(
    LOADS.map((load) => ({
      load,
      throughputPerSec: curve(load) * Math.exp(noise * random.nextNormal()),
      relativeSd: noise,
    })),
  );
}

test.each([0.01, 0.03])("with %s noise the peak's load has an rms error of at most 4 %", (noise) => {
  const found = SEEDS.map((seed) => judged((load) => throughputAt(TRUTH, load), noise, seed));
  const errors = found.map(({ fit }) => (fit?.peakLoad ?? Number.NaN) / PEAK - 1);
  const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  const retrograde = found.filter(({ verdict }) => verdict === "retrograde").length;
  const covered = found.filter(
    ({ peakLoad }) => peakLoad !== undefined && peakLoad.low <= PEAK && PEAK <= peakLoad.high,
  ).length;
  tell(`USL, noise ${noise}, ${SEEDS.length} seeds`, { rms, retrograde, covered });
  expect(rms).toBeLessThanOrEqual(widen(0.04));
  expectAtLeast(retrograde, SEEDS.length, 97);
});

test.each([
  [8, 0.1, 1],
  [8, 0.1, 0.001],
  [16, 4, 10],
  [4, 1, 1],
])("%s servers of %s s, think time %s s, are never retrograde", (servers, serviceS, thinkS) => {
  let retrograde = 0;
  for (const noise of [0.01, 0.03]) {
    for (const seed of SEEDS) {
      const { verdict } = judged((users) => closedThroughput(users, servers, serviceS, thinkS), noise, seed);
      if (verdict === "retrograde") retrograde++;
    }
  }
  tell(`USL, ${servers} servers of ${serviceS} s, think ${thinkS} s, ${2 * SEEDS.length} runs`, { retrograde });
  expect(retrograde).toBe(0);
});
