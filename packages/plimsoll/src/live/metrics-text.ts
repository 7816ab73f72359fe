/** Several runs' metrics as one exposition: each family once, each sample told apart by its run. */
import { exposition, type MetricFamily, metricFamilies } from "../report/prometheus.ts";
import type { ReportModel } from "../report/report-model.ts";

/** The runs that go on, as a scraper reads them; without any, that there is none. */
export function liveMetrics(models: readonly ReportModel[]): string {
  const families = new Map<string, MetricFamily>();
  for (const family of models.flatMap(metricFamilies)) {
    const samples = [...(families.get(family.name)?.samples ?? []), ...family.samples];
    families.set(family.name, { ...family, samples });
  }
  const running = {
    name: "plimsoll_running_runs",
    help: "Runs that go on in the folder of the page.",
    samples: [{ labels: [], value: models.length }],
  };
  return exposition([running, ...families.values()]);
}
