/** Prometheus text exposition as a stranger sends it: only what is looked for is read, all else is stepped over. */

/** One series of a metric: `queue_depth{worker="0"} 3`. */
export interface Sample {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const NAME = /[A-Za-z_:][\w:]*/y;
/** A label, its value in quotes with `\\`, `\"` and `\n` escaped, and the comma after it. */
const LABEL = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;
const VALUE = /\s*([+-]?(?:\d[\d.]*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|infinity|nan))(?=\s|$)/iy;

/** The samples of the wanted metrics that have a finite value, in the text's order; lines that are none are left out. */
export function readSamples(text: string, wanted: ReadonlySet<string>): readonly Sample[] {
  const samples: Sample[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const sample = readLine(text, start, end, wanted);
    if (sample !== undefined) samples.push(sample);
    start = end + 1;
  }
  return samples;
}

function readLine(text: string, start: number, end: number, wanted: ReadonlySet<string>): Sample | undefined {
  NAME.lastIndex = start;
  const metric = NAME.exec(text)?.[0];
  if (metric === undefined || !wanted.has(metric)) return undefined;
  const rest = text.slice(start + metric.length, end);
  const labels = new Map<string, string>();
  let at = /^\s*\{/.exec(rest)?.[0].length ?? 0;
  if (at > 0) {
    LABEL.lastIndex = at;
    for (let label = LABEL.exec(rest); label !== null; label = LABEL.exec(rest)) {
      labels.set(label[1] ?? "", unescapeLabel(label[2] ?? ""));
      at = LABEL.lastIndex;
    }
    const close = /\s*\}/y;
    close.lastIndex = at;
    if (!close.test(rest)) return undefined;
    at = close.lastIndex;
  }
  VALUE.lastIndex = at;
  const value = Number(VALUE.exec(rest)?.[1]);
  return Number.isFinite(value) ? { metric, labels, value } : undefined;
}

function unescapeLabel(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
}
