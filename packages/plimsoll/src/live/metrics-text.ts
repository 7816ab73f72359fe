/** Several runs' metrics as one exposition: each family once, each sample told apart by its run. */
import { renderPrometheus } from "../report/prometheus.ts";
import type { ReportModel } from "../report/report-model.ts";

interface Family {
  readonly head: string[];
  readonly samples: string[];
}

/** The runs that go on, as a scraper reads them; without any, that there is none. */
export function liveMetrics(models: readonly ReportModel[]): string {
  const families = new Map<string, Family>();
  for (const model of models) addRun(families, model);
  const lines = [...families.values()].flatMap(({ head, samples }) => [...head, ...samples]);
  const running = [
    "# HELP plimsoll_running_runs Runs that go on in the folder of the page.",
    "# TYPE plimsoll_running_runs gauge",
    `plimsoll_running_runs ${models.length}`,
  ];
  return `${[...running, ...lines].join("\n")}\n# EOF\n`;
}

function addRun(families: Map<string, Family>, model: ReportModel): void {
  const run = `run="${model.stats.header.run}"`;
  let family: Family | undefined;
  for (const line of renderPrometheus(model).split("\n")) {
    const name = /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];
    if (name !== undefined) {
      family = families.get(name) ?? { head: [], samples: [] };
      families.set(name, family);
      if (!family.head.includes(line)) family.head.push(line);
    } else if (line !== "" && !line.startsWith("#")) family?.samples.push(labelled(line, run));
  }
}

/** The sample with the run's label in front, unless it has one. */
function labelled(sample: string, run: string): string {
  const [, name = "", labels, value = ""] = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(sample) ?? [];
  if (labels === undefined) return `${name}{${run}} ${value}`;
  return /(?:^|,)run="/.test(labels) ? sample : `${name}{${run},${labels}} ${value}`;
}
