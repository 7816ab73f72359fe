/** All a renderer gets: one run and what was judged of it. Renderers decide nothing. */
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import type { Judgement } from "../verdict/judgement.ts";

export interface ReportModel {
  readonly stats: RunStats;
  readonly judgement: Judgement;
  /** Only of a search for the capacity. */
  readonly capacity?: CapacityReport;
}
