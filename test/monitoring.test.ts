/** What the documents and examples of monitoring name is what is exported. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createProgram } from "../packages/plimsoll/src/cli/main.ts";
import { otlpRequest } from "../packages/plimsoll/src/cli/otlp/otlp-metrics.ts";
import { renderPrometheus } from "../packages/plimsoll/src/report/prometheus.ts";
import { sampleReport } from "../packages/plimsoll/src/report/report-sample.ts";

const examples = join(import.meta.dirname, "../examples/monitoring");
const model = sampleReport();

/** Every metric with its labels, as OTLP pushes them: names as Prometheus has them, each with `run`. */
const exported = new Map(
  otlpRequest(model, { startUnixMs: 0, unixMs: 0 }).resourceMetrics[0].scopeMetrics[0].metrics.map(
    ({ name, gauge }) => [
      name,
      new Set(gauge.dataPoints.flatMap(({ attributes }) => attributes.map(({ key }) => key))),
    ],
  ),
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

test("both ways of exporting have the same names", () => {
  const scraped = renderPrometheus(model)
    .split("\n")
    .flatMap((line) => /^(plimsoll_\w+)/.exec(line)?.[1] ?? []);
  expect([...exported.keys()].sort()).toEqual([...new Set(scraped)].sort());
});

test("docs/monitoring.md names every metric that is exported, and no more", () => {
  const text = readFileSync(join(import.meta.dirname, "../docs/monitoring.md"), "utf8");
  const rows = text.split("## Names")[1]?.matchAll(/^\| (`[^|]*`) *\|/gm) ?? [];
  const cells = [...rows].map(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
  const named = cells.flatMap(([first = "", ...others]) => [
    first,
    ...others.map((name) => name.replace("…", first.replace(/_[a-z]+$/, ""))),
  ]);
  const families = [...exported.keys()].filter((name) => !/_seconds_(?:sum|count)$/.test(name));
  expect(named.sort()).toEqual(families.sort());
});

test("Prometheus is told where `plimsoll ui` listens", () => {
  const port = createProgram()
    .commands.find((command) => command.name() === "ui")
    ?.options.find(({ long }) => long === "--port")?.defaultValue;
  const config: unknown = parse(read("prometheus.yml"));
  expect(JSON.stringify(config)).toContain(`"metrics_path":"/metrics"`);
  expect(JSON.stringify(config)).toContain(`"127.0.0.1:${port}"`);
});
