import type { MeasuredCapacity } from "../analysis/comparison/compare-capacity.ts";
import { fieldAt, numberOf, parseJson } from "../analysis/foreign/json-fields.ts";
import type { ComparedCapacities } from "../verdict/judge-comparison.ts";

/** The capacities that two `summary.json` of `plimsoll find` tell; undefined unless both do, in the same terms. */
export function capacitiesIn(base: string | undefined, next: string | undefined): ComparedCapacities | undefined {
  const [before, after] = [capacityIn(base), capacityIn(next)];
  if (before === undefined || after === undefined || before.by !== after.by) return undefined;
  return { by: before.by, base: before.capacity, next: after.capacity };
}

function capacityIn(
  text: string | undefined,
): { readonly by: "rate" | "users"; readonly capacity: MeasuredCapacity } | undefined {
  const found = text === undefined ? undefined : fieldAt(parseJson(text), "capacity");
  const by = fieldAt(found, "by");
  const [value, low, high] = ["value", "low", "high"].map((key) => numberOf(fieldAt(found, key)));
  if (by !== "rate" && by !== "users") return undefined;
  if (value === undefined || low === undefined || high === undefined || low <= 0) return undefined;
  return { by, capacity: { value, low, high } };
}
