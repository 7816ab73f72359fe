import { defineConfig } from "vitest/config";

/** Timed files run one at a time: two load tests on one machine measure each other. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000 } as const;
const timed = { fileParallelism: false, ...patient } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["packages/*/src/**/*.test.{ts,tsx}"], testTimeout: 10_000 } },
      { test: { name: "architecture", include: ["test/*.test.ts"], testTimeout: 20_000 } },
      { test: { name: "contracts", include: ["test/contracts/**/*.test.ts"], ...timed } },
      { test: { name: "golden", include: ["test/golden/**/*.test.ts"], testTimeout: 60_000 } },
      { test: { name: "statistics", include: ["test/statistics/**/*.test.ts"], ...timed, testTimeout: 600_000 } },
      { test: { name: "calibration", include: ["test/calibration/**/*.test.ts"], ...timed } },
      // What these find out does not hang on time: mostly they wait for runs of a few seconds.
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], maxWorkers: 3, ...patient } },
      { test: { name: "timed", include: ["test/timed/**/*.test.ts"], ...timed } },
    ],
  },
});
