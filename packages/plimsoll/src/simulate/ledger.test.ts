import { describe, expect, test } from "vitest";
import { Ledger } from "./ledger.ts";

describe("a ledger", () => {
  test("received = answered + failed + abandoned + in progress", () => {
    const ledger = new Ledger();
    for (let index = 0; index < 10; index++) ledger.received(index * 5);
    for (let index = 0; index < 4; index++) ledger.answered(200, 20, 0.5);
    ledger.answered(503, 20, 0.5);
    ledger.failed("reset");
    ledger.abandoned();
    expect(ledger.truth()).toMatchObject({
      received: 10,
      answered: { "200": 4, "503": 1 },
      failed: { reset: 1 },
      abandoned: 1,
      inProgress: 3,
      serviceMs: { count: 5, min: 20, mean: 20, p50: 20, max: 20 },
      lateMs: { count: 5, p99: 0.5 },
      interArrivalMs: { count: 9, mean: 5, first: [5, 5, 5, 5, 5, 5, 5, 5, 5] },
    });
  });

  test("keeps the first 10,000 gaps and counts them all, and reading it changes nothing", () => {
    const ledger = new Ledger();
    for (let index = 0; index < 12_001; index++) ledger.received(index);
    const { interArrivalMs } = ledger.truth();
    expect([interArrivalMs?.count, interArrivalMs?.first.length]).toEqual([12_000, 10_000]);
    expect(ledger.truth()).toEqual(ledger.truth());
  });

  test("says nothing of what there was none of", () => {
    expect(new Ledger().truth()).toEqual({ received: 0, answered: {}, failed: {}, abandoned: 0, inProgress: 0 });
  });
});
