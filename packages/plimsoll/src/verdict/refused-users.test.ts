import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { SampleAnswer, SampleProfile, SampleRequest } from "../analysis/sample-load.ts";
import { findingsOf } from "./findings.ts";

/** Of the requests this share is refused after so long, the others are answered after 200 ms. */
const refusing =
  (share: number, afterMs: number, message = "status 503") =>
  ({ random }: SampleRequest): SampleAnswer =>
    random.nextRatio() < share ? { serviceMs: afterMs, failure: { kind: "http-5xx", message } } : { serviceMs: 200 };

function refusedOf(profile: Partial<SampleProfile>) {
  const load = profile.ratePerSec === undefined ? { users: 10 } : {};
  const whole: SampleProfile = { name: "spike", durationMs: 10_000, ...load, ...profile };
  const records = sampleJournal({ profiles: [whole] });
  const stats = runFold.done(records.reduce(runFold.step, runFold.init()));
  return findingsOf(stats, []).filter(({ code }) => code === "refused-users");
}

describe("users without think time", () => {
  test("who are refused at once are told to make a load of their own", () => {
    expect(refusedOf({ answer: refusing(0.9, 10) })).toEqual([
      {
        ...{ code: "refused-users", level: "warning", profile: "spike", task: undefined, fromMs: 0, toMs: 10_000 },
        message:
          "10 users without think time came to 333 requests per second, because 89.5 % of them were refused at once (half of all ended within 10.3 ms), and who is refused asks again without a pause. Give users think time, or ask by rate.",
      },
    ]);
  });

  test.each([
    ["are refused half the time", { answer: refusing(0.45, 10) }],
    ["are refused after a while", { answer: refusing(0.9, 80) }],
    ["meet faults instead", { answer: refusing(0.9, 10, "status 500") }],
    ["think before they ask again", { answer: refusing(0.9, 10), thinkMs: 100 }],
    ["ask too little to tell", { answer: refusing(0.9, 10), users: 1, durationMs: 1000 }],
  ])("who %s are not", (_, profile) => {
    expect(refusedOf(profile)).toEqual([]);
  });

  test("nor are requests that come by rate", () => {
    expect(refusedOf({ ratePerSec: 300, answer: refusing(0.9, 10) })).toEqual([]);
  });
});
