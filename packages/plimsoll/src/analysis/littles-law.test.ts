import { describe, expect, test } from "vitest";
import { type BookSecond, balanceBooks } from "./littles-law.ts";

interface Told {
  readonly inFlight: number;
  readonly spentMs: number;
  /** What it took to connect and what we were late, as a share of the rest. */
  readonly overhead?: number;
}

function seconds(count: number, of: (at: number) => Told): readonly BookSecond[] {
  return Array.from({ length: count }, (_, at) => {
    const { inFlight, spentMs, overhead = 0 } = of(at);
    return { inFlight, leastMs: spentMs, mostMs: spentMs * (1 + overhead) };
  });
}

describe("balanceBooks", () => {
  test("what flows is what stands: balanced", () => {
    const books = seconds(60, (at) => ({ inFlight: 10 + (at % 3), spentMs: 1000 * (10 + ((at + 1) % 3)) }));
    expect(balanceBooks(books)).toMatchObject({ verdict: "balanced" });
  });

  test("times a tenth too long are unbalanced, and which way", () => {
    const found = balanceBooks(seconds(60, (at) => ({ inFlight: 10 + (at % 3), spentMs: 1100 * (10 + (at % 3)) })));
    expect(found.verdict).toBe("unbalanced");
    expect(found.ratio).toBeCloseTo(0.1, 9);
  });

  test("times a tenth too short likewise, unless a connection may take as long or we may have been so late", () => {
    const short = (overhead: number) =>
      balanceBooks(seconds(60, (at) => ({ inFlight: 10 + (at % 3), spentMs: 900 * (10 + (at % 3)), overhead })));
    expect(short(0)).toMatchObject({ verdict: "unbalanced", ratio: expect.closeTo(-0.1, 9) });
    expect(short(0.2)).toMatchObject({ verdict: "balanced", ratio: expect.closeTo(-0.1, 9) });
  });

  test("a gauge that saw few requests is chance", () => {
    const few = seconds(60, (at) => ({ inFlight: at % 10 === 0 ? 1 : 0, spentMs: 130 }));
    expect(balanceBooks(few).verdict).toBe("inconclusive");
  });

  test("wild scatter, an idle target or less than half a minute say nothing", () => {
    const wild = seconds(60, (at) => ({ inFlight: 10, spentMs: at % 7 === 0 ? 90_000 : 0 }));
    expect(balanceBooks(wild).verdict).toBe("inconclusive");
    expect(balanceBooks(seconds(60, () => ({ inFlight: 0, spentMs: 0 }))).verdict).toBe("inconclusive");
    expect(balanceBooks(seconds(29, () => ({ inFlight: 1, spentMs: 1000 }))).verdict).toBe("inconclusive");
  });
});
