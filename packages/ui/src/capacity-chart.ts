/** The search for the capacity as a picture: what each load came to, the fit, and where it crosses what is allowed. */
import { formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { CapacityData, CapacityStep } from "../../plimsoll/src/report/html-capacity.ts";
import type { Chart, ChartLine, ChartMarker, ChartSpan } from "./chart.ts";
import { shortNumber } from "./words.ts";

/** Undefined when no load was tried. */
export function capacityChart(capacity: CapacityData): Chart | undefined {
  const { steps, curve, by } = capacity;
  if (steps.length === 0) return undefined;
  const tried = [...steps].sort((a, b) => a.load - b.load);
  const max = Math.max(tried.at(-1)!.load, capacity.value ?? 0, capacity.high ?? 0) * 1.05 || 1;
  const allowed = tried[0]?.allowedRatio ?? 0;
  const foot = Math.max(1e-4, allowed / 50);
  const { values, lines } = linesOf(
    tried,
    curve.filter(({ badRatio }) => badRatio >= foot),
  );
  return {
    title: "Bad requests by load",
    unit: `share that broke the promise, log scale, none at the foot; x: ${by === "rate" ? "requests per second" : "users"}`,
    summary: `${capacity.sentence} ${steps.length} loads were tried, from ${shortNumber(tried[0]!.load)} to ${shortNumber(tried.at(-1)!.load)}.`,
    x: { kind: "amount", values, max, heading: by === "rate" ? "offered_per_s" : "users" },
    // What matters lies beside what is allowed, and a load that was far too much is at 100 %: only a log scale shows both.
    y: { kind: "log", extent: [foot, 0.98], text: formatRatio, unit: "ratio", hasFoot: true },
    heightPx: 230,
    lines,
    limits: [{ value: allowed, label: `allowed ${formatRatio(allowed)}`, isLabelFirst: true }],
    spans: intervalOf(capacity, max),
    markers: markersOf(capacity, max),
  };
}

/** Each point has a place of its own on the axis, also where a load was tried twice. */
function linesOf(
  tried: readonly CapacityStep[],
  curve: CapacityData["curve"],
): { readonly values: readonly number[]; readonly lines: readonly ChartLine[] } {
  const fitted = curve.map(({ load, badRatio }) => ({ load, badRatio, kind: "fit" }));
  const steps = tried.map(({ load, badRatio, isHeld, isAborted }) => ({
    load,
    badRatio,
    kind: isAborted ? "aborted" : isHeld ? "held" : "broke",
  }));
  const points = [...fitted, ...steps].sort((a, b) => a.load - b.load);
  const column = (kind: string): ChartLine["values"] =>
    points.map((point) => (point.kind === kind ? point.badRatio : null));
  const marks: readonly (readonly [string, string, string, NonNullable<ChartLine["mark"]>])[] = [
    ["held", "held", "held", "dot"],
    ["broke", "broke the promise", "broke", "cross"],
    ["aborted", "stopped early", "max", "square"],
  ];
  return {
    values: points.map((point) => point.load),
    lines: [
      ...(fitted.length < 2 ? [] : [{ label: "fit", tone: "p95", values: bridged(points, "fit") }]),
      ...marks
        .filter(([kind]) => steps.some((step) => step.kind === kind))
        .map(([kind, label, tone, mark]) => ({ label, tone, mark, values: column(kind) })),
    ],
  };
}

/** The fit at every place of the axis, so that points between its own do not break the line. */
function bridged(
  points: readonly { readonly load: number; readonly badRatio: number; readonly kind: string }[],
  kind: string,
): (number | null)[] {
  const known = points.filter((point) => point.kind === kind);
  return points.map(({ load }) => {
    const after = known.findIndex((point) => point.load >= load);
    if (after < 0 || (after === 0 && known[0]!.load > load)) return null;
    const [to, from] = [known[after]!, known[Math.max(0, after - 1)]!];
    if (to.load === from.load) return to.badRatio;
    return from.badRatio + ((to.badRatio - from.badRatio) * (load - from.load)) / (to.load - from.load);
  });
}

function intervalOf({ low, high, confidence }: CapacityData, max: number): readonly ChartSpan[] {
  if (low === undefined && high === undefined) return [];
  return [
    { kind: "interval", from: low ?? 0, to: Math.min(max, high ?? max), label: `${formatRatio(confidence)} interval` },
  ];
}

/** `capacity 74.4 (70–79)`: half a telephone has room for no more. */
function capacityLabel({ low, high }: CapacityData, value: number): string {
  const named = `capacity ${shortNumber(value)}`;
  return low === undefined || high === undefined ? named : `${named} (${spanText({ low, high })})`;
}

/** Bend and peak are told in users: on an axis of rates they have no place, nor on one that ends before them. */
function markersOf(capacity: CapacityData, max: number): readonly ChartMarker[] {
  const { value, by, scalability } = capacity;
  const { knee, peak } = by === "rate" ? {} : (scalability ?? {});
  const placed = [
    ...(knee === undefined ? [] : [{ at: knee.load, label: `bend ${spanText(knee)}` }]),
    ...(peak === undefined ? [] : [{ at: Math.sqrt(peak.low * peak.high), label: `peak ${spanText(peak)}` }]),
  ];
  return [
    // On its left, where the fit is low; near the edge there is no room.
    ...(value === undefined ? [] : [{ at: value, label: capacityLabel(capacity, value), isOnTop: value > max / 2 }]),
    ...placed.filter(({ at }) => at <= max),
  ];
}

function spanText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${shortNumber(low)}–${shortNumber(high)}`;
}
