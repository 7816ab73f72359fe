/** Several runs' metrics as one exposition: each family once, each sample told apart by its run. */
import { exposition, type MetricFamily, metricFamilies } from "../report/prometheus.ts";
import type { ReportModel } from "../report/report-model.ts";

/** Runs as a scraper reads them, of which `runningCount` go on; without any, that there is none. */
export function liveMetrics(models: readonly ReportModel[], runningCount: number): string {
  const families = new Map<string, MetricFamily>();
  for (const family of models.flatMap(metricFamilies)) {
    const samples = [...(families.get(family.name)?.samples ?? []), ...family.samples];
    families.set(family.name, { ...family, samples });
  }
  const running = {
    name: "plimsoll_running_runs",
    help: "Runs that go on in the folder of the page.",
    samples: [{ labels: [], value: runningCount }],
  };
  return exposition([running, ...families.values()]);
}
