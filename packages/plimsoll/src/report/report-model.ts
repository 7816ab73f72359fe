/** All a renderer gets: one run and what was judged of it. Renderers decide nothing. */
import type { RunStats } from "../analysis/run-stats.ts";
import type { Judgement } from "../verdict/judgement.ts";

export interface ReportModel {
  readonly stats: RunStats;
  readonly judgement: Judgement;
}
