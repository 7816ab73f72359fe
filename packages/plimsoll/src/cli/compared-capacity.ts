/** What two searches for a capacity found, where both can be held against each other. */
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import type { MeasuredCapacity } from "../analysis/comparison/compare-capacity.ts";
import { fieldAt, numberOf } from "../analysis/foreign/json-fields.ts";
import { parseJson } from "../base/json.ts";
import type { ComparedCapacities } from "../verdict/judge-comparison.ts";

/** A capacity that a search found. */
export interface KnownCapacity {
  readonly by: "rate" | "users";
  /** As written; undefined where it is not told. */
  readonly promises: readonly string[] | undefined;
  readonly capacity: MeasuredCapacity;
}

export interface MatchedCapacities {
  /** Undefined unless both are known in the same terms. */
  readonly capacities: ComparedCapacities | undefined;
  /** Why two that are known are not compared: what each of them is. */
  readonly unlike?: string;
}

/** Of a journal; undefined when nothing was searched, or not found. */
export function searchedCapacity(report: CapacityReport | undefined): KnownCapacity | undefined {
  if (report?.result?.kind !== "found" || report.estimate === undefined) return undefined;
  const { load: value, low, high } = report.estimate;
  const promises = report.asked.slos.map(({ expr }) => expr);
  return isMeasured({ value, low, high })
    ? { by: report.asked.by, promises, capacity: { value, low, high } }
    : undefined;
}

/** Whether a text is the `summary.json` of a search. */
export function isSearchSummary(text: string): boolean {
  return fieldAt(parseJson(text), "capacity") !== undefined;
}

/** Of the text of a `summary.json` that `plimsoll find` wrote. */
export function summaryCapacity(text: string): KnownCapacity | undefined {
  const found = fieldAt(parseJson(text), "capacity");
  const by = fieldAt(found, "by");
  const [value, low, high] = ["value", "low", "high"].map((key) => numberOf(fieldAt(found, key)));
  if (by !== "rate" && by !== "users") return undefined;
  if (value === undefined || low === undefined || high === undefined) return undefined;
  const slos = fieldAt(found, "slos");
  const promises = Array.isArray(slos) ? slos.map((slo) => String(fieldAt(slo, "expr"))) : undefined;
  return isMeasured({ value, low, high }) ? { by, promises, capacity: { value, low, high } } : undefined;
}

function isMeasured({ value, low, high }: MeasuredCapacity): boolean {
  return low > 0 && Number.isFinite(low) && Number.isFinite(value) && Number.isFinite(high);
}

/** Both in the same unit and within the same promises, or why they are not compared. */
export function matchCapacities(base: KnownCapacity | undefined, next: KnownCapacity | undefined): MatchedCapacities {
  if (base === undefined || next === undefined) return { capacities: undefined };
  if (base.by !== next.by) {
    const [before, after] = [base, next].map(({ by }) => (by === "rate" ? "requests a second" : "users"));
    return { capacities: undefined, unlike: `BASE was searched by ${before}, NEW by ${after}` };
  }
  if (isOther(base.promises, next.promises)) {
    const [before, after] = [base, next].map(({ promises = [] }) => promises.join(" and "));
    return { capacities: undefined, unlike: `that of BASE is within ${before}, that of NEW within ${after}` };
  }
  return { capacities: { by: base.by, base: base.capacity, next: next.capacity } };
}

function isOther(base: readonly string[] | undefined, next: readonly string[] | undefined): boolean {
  if (base === undefined || next === undefined) return false;
  const plain = (promises: readonly string[]): string =>
    [...promises]
      .map((text) => text.replaceAll(/\s/g, ""))
      .sort()
      .join();
  return plain(base) !== plain(next);
}
