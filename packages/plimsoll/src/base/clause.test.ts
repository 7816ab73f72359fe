import { expect, test } from "vitest";
import { asClause } from "./clause.ts";

test.each([
  ["The load was changed by hand.", "the load was changed by hand."],
  ["A load thread waited.", "a load thread waited."],
  ["NEW is slower.", "NEW is slower."],
  ["p95 lies among the failures.", "p95 lies among the failures."],
  ["542 of 1594 requests failed. Then it ended.", "542 of 1594 requests failed. Then it ended."],
  ["", ""],
])("%s goes on as: %s", (sentence, clause) => expect(asClause(sentence)).toBe(clause));
