/** What the documents and examples of monitoring name is what is exported. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createProgram } from "../packages/plimsoll/src/cli/main.ts";
import { otlpRequest } from "../packages/plimsoll/src/cli/otlp/otlp-metrics.ts";
import { liveMetrics } from "../packages/plimsoll/src/live/metrics-text.ts";
import { renderPrometheus } from "../packages/plimsoll/src/report/prometheus.ts";
import { sampleReport } from "../packages/plimsoll/src/report/report-sample.ts";

const examples = join(import.meta.dirname, "../examples/monitoring");
const model = sampleReport();

/** What each metric's samples are labelled with: one text for every set of labels that occurs. */
type LabelSets = ReadonlyMap<string, ReadonlySet<string>>;

function labelSets(samples: Iterable<readonly [name: string, labels: readonly string[]]>): LabelSets {
  const sets = new Map<string, Set<string>>();
  for (const [name, labels] of samples) sets.set(name, (sets.get(name) ?? new Set()).add(labels.join(" ")));
  return sets;
}

/** As a scraper reads them. */
function scraped(text: string): LabelSets {
  const samples = [...text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)];
  return labelSets(
    samples.map(([, name = "", labels = ""]) => [
      name,
      [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label = ""]) => label),
    ]),
  );
}

/** As a collector gets them. */
const pushed = labelSets(
  otlpRequest(model, { startUnixMs: 0, unixMs: 0 }).resourceMetrics[0].scopeMetrics[0].metrics.flatMap(
    ({ name, gauge }) => gauge.dataPoints.map(({ attributes }) => [name, attributes.map(({ key }) => key)] as const),
  ),
);

/** Of the page alone: it is of no run. */
const RUNNING = "plimsoll_running_runs";

/** Every metric with all its labels. */
const exported = new Map(
  [...scraped(liveMetrics([model], 1))].map(([name, sets]) => [
    name,
    new Set([...sets].flatMap((set) => set.split(" "))),
  ]),
);

function read(file: string): string {
  return readFileSync(join(examples, file), "utf8");
}

/** Every string under one of the keys, however deep. */
function stringsAt(value: unknown, keys: ReadonlySet<string>): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string" ? (keys.has(key) ? [inner] : []) : stringsAt(inner, keys),
  );
}

/** Selectors of our metrics in a PromQL expression, and labels it speaks of elsewhere. */
function usesIn(expr: string): { readonly name: string; readonly labels: readonly string[] }[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/));
  const listed = [...expr.matchAll(/label_values\(.*,\s*(\w+)\)/g)].map(([, label = ""]) => label);
  return [...expr.matchAll(/\b(plimsoll_\w+)(?:\{([^}]*)\})?/g)].map(([, name = "", selector = ""]) => ({
    name,
    labels: [...[...selector.matchAll(/(\w+)\s*[=!]~?/g)].map(([, label = ""]) => label), ...grouped, ...listed],
  }));
}

describe("the Grafana dashboard", () => {
  const dashboard: unknown = JSON.parse(read("grafana-dashboard.json"));
  const exprs = stringsAt(dashboard, new Set(["expr", "definition"]));

  test("asks for metrics and labels that are exported", () => {
    const uses = exprs.flatMap(usesIn);
    expect(uses.length).toBeGreaterThan(20);
    const unknown = uses.flatMap(({ name, labels }) => {
      const known = exported.get(name);
      return known === undefined
        ? [name]
        : labels.filter((label) => !known.has(label)).map((label) => `${name} ${label}`);
    });
    expect(unknown).toEqual([]);
  });

  test("names series by labels that are exported", () => {
    const labels = stringsAt(dashboard, new Set(["legendFormat"])).flatMap((legend) =>
      [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label),
    );
    const known = new Set([...exported.values()].flatMap((own) => [...own]));
    expect(labels.filter((label) => !known.has(label))).toEqual([]);
  });

  test("the check finds what is wrong", () => {
    expect(usesIn('sum by (kind, x) (rate(plimsoll_errors{run=~"$run",profile!="a"}[15s]))')).toEqual([
      { name: "plimsoll_errors", labels: ["run", "profile", "kind", "x"] },
    ]);
    expect(exported.has("plimsoll_error")).toBe(false);
  });
});

test("every way of exporting has the same names and the same labels, `run` first", () => {
  const { [RUNNING]: running, ...live } = Object.fromEntries(scraped(liveMetrics([model], 1)));
  expect(running).toEqual(new Set([""]));
  expect(Object.keys(live).length).toBeGreaterThan(20);
  expect(Object.fromEntries(scraped(renderPrometheus(model)))).toEqual(live);
  expect(Object.fromEntries(pushed)).toEqual(live);
  for (const [name, sets] of pushed) for (const set of sets) expect([name, set.split(" ")[0]]).toEqual([name, "run"]);
});

test("docs/monitoring.md names every metric that is exported with its labels, and no more", () => {
  const text = readFileSync(join(import.meta.dirname, "../docs/monitoring.md"), "utf8");
  const rows = text.split("## Names")[1]?.matchAll(/^\| (`[^|]*`) *\| ([^|]*?) *\|/gm) ?? [];
  const told = [...rows].flatMap(([, cell = "", labels = ""]) => {
    const [first = "", ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    const names = [first, ...others.map((name) => name.replace("…", first.replace(/_[a-z]+$/, "")))];
    return names.map((name) => `${name}: ${labels}`);
  });
  const families = [...exported].filter(([name]) => !/_seconds_(?:sum|count)$/.test(name));
  const labelsOf = (own: ReadonlySet<string>) => [...own].filter((label) => label !== "run" && label !== "");
  const lines = families.map(([name, own]) => `${name}: ${name === RUNNING ? "no `run`" : labelsOf(own).join(", ")}`);
  expect(told.sort()).toEqual(lines.sort());
});

test("Prometheus is told where `plimsoll ui` listens", () => {
  const port = createProgram()
    .commands.find((command) => command.name() === "ui")
    ?.options.find(({ long }) => long === "--port")?.defaultValue;
  const config: unknown = parse(read("prometheus.yml"));
  expect(JSON.stringify(config)).toContain(`"metrics_path":"/metrics"`);
  expect(JSON.stringify(config)).toContain(`"127.0.0.1:${port}"`);
});
