import { describe, expect, test } from "vitest";
import { parseSpec } from "../../spec/parse-spec.ts";
import { brokenExtraMs, demoSpec, sizeDemo } from "./demo-plan.ts";

describe("the demo's load", () => {
  test.each([5, 13, 70, 400])(
    "on a machine that answers %s/s the sustained load stays below what it carries",
    (capacityPerSec) => {
      const size = sizeDemo({ capacityPerSec });
      // Users who think 0.6 s on average cannot ask more often than this.
      expect(size.sustainedUsers / 0.6).toBeLessThan(Math.max(0.7 * capacityPerSec, 3.4));
      expect(size.spikeUsers).toBeGreaterThanOrEqual(size.rampUsers);
      expect(size.limitMs).toBeGreaterThanOrEqual((30 / capacityPerSec) * 1000);
    },
  );

  test("a faster machine gets more users and never a wider limit", () => {
    const sizes = [5, 20, 80, 320].map((capacityPerSec) => sizeDemo({ capacityPerSec }));
    for (const [i, size] of sizes.slice(1).entries()) {
      expect(size.sustainedUsers).toBeGreaterThan(sizes[i]!.sustainedUsers);
      expect(size.limitMs).toBeLessThanOrEqual(sizes[i]!.limitMs);
    }
  });

  test("few requests are asked to rule out only what they can", () => {
    expect(sizeDemo({ capacityPerSec: 13 }).maxErrorPercent).toBe(5);
    expect(sizeDemo({ capacityPerSec: 70 }).maxErrorPercent).toBe(1);
  });

  test("the broken build needs several times as long for an average request of the mix", () => {
    // (8·1.5 + 2·20) ÷ 11 texts a request.
    expect((brokenExtraMs({ capacityPerSec: 70 }) * 4.7) / (1000 / 70)).toBeGreaterThan(4);
  });

  test("its spec is one the parser takes, with the mix 8 : 2 : 1", () => {
    const value = demoSpec("http://127.0.0.1:1", ["a", "b"], sizeDemo({ capacityPerSec: 70 }));
    const spec = parseSpec(
      { kind: "value", file: "demo", value },
      { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
    );
    expect(spec.tasks.map(({ weight }) => weight)).toEqual([8, 2, 1]);
    expect(spec.profiles.map(({ name, durationMs }) => [name, durationMs])).toEqual([
      ["ramp_up", 20_000],
      ["sustained", 20_000],
      ["spike", 20_000],
    ]);
    expect(spec.thresholds.map(({ expr }) => expr)).toEqual([
      "sustained p95 < 600ms",
      "sustained.single_embed p95 < 600ms",
      "spike p95 < 2s",
      "errors < 1%",
    ]);
  });
});
