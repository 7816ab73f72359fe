/** What the answers' times show beside their quantiles: a target that stopped, a tail of its own. */
import type { ProfileStats } from "../analysis/run-stats.ts";
import { targetStops } from "../analysis/target-stops.ts";
import type { Finding } from "./judgement.ts";
import { stopFindings } from "./stop-findings.ts";
import { tailFindings } from "./tail-findings.ts";

export function latencyFindings(profile: ProfileStats): readonly Finding[] {
  const stops = targetStops(profile);
  return [...stopFindings(profile.name, stops), ...tailFindings(profile, stops)];
}
