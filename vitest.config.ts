import { defineConfig } from "vitest/config";

/** Timed files run one at a time: two load tests on one machine measure each other. */
const patient = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // A second is soon over on a machine that runs four browsers.
  expect: { poll: { timeout: 15_000, interval: 50 } },
} as const;
const timed = { fileParallelism: false, ...patient } as const;
/** On a machine that others use too, time runs out now and then; `npm test` names what passed only at a second try. */
const again = { retry: 1 } as const;

/** Pure tests share a process: starting one a file would cost more than all of them together. */
const light = { isolate: false, pool: "threads" } as const;
/** Laws are drawn from a fixed seed (see the file). */
const laws = { setupFiles: ["test/support/property-seed.ts"] };

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "unit", include: ["packages/*/src/**/*.test.{ts,tsx}"], testTimeout: 20_000, ...light, ...laws },
      },
      { test: { name: "architecture", include: ["test/*.test.ts"], testTimeout: 20_000, ...light } },
      { test: { name: "contracts", include: ["test/contracts/**/*.test.ts"], ...timed, ...laws } },
      { test: { name: "golden", include: ["test/golden/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "statistics", include: ["test/statistics/**/*.test.ts"], testTimeout: 600_000, ...laws } },
      // Six tries of ten seconds with a wait for calm after each.
      { test: { name: "calibration", include: ["test/calibration/**/*.test.ts"], ...timed, testTimeout: 300_000 } },
      // What these find out does not hang on time: mostly they wait for runs of a few seconds.
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], maxWorkers: 4, ...again, ...patient } },
      // Runs whose verdict is asserted: two at a time leave each generator a core; a machine too busy gets three tries.
      { test: { name: "verdicts", include: ["test/verdicts/**/*.test.ts"], maxWorkers: 2, retry: 2, ...patient } },
      // Half an hour on an otherwise idle machine; not part of `npm test`.
      { test: { name: "realtime", include: ["test/realtime/**/*.test.ts"], ...timed, testTimeout: 1_200_000 } },
      { test: { name: "timed", include: ["test/timed/**/*.test.ts"], ...again, ...timed } },
    ],
  },
});
