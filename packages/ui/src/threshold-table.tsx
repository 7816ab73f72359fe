import type { JSX } from "preact";
import { formatCount, formatInterval, formatLimit } from "../../plimsoll/src/base/format-number.ts";
import { verdictTimesNote } from "../../plimsoll/src/report/percentile-notes.ts";
import { observedText } from "../../plimsoll/src/report/terminal-thresholds.ts";
import type { ThresholdJudgement } from "../../plimsoll/src/verdict/judgement.ts";
import { LoadLine } from "./load-line.tsx";
import { ScrollTable } from "./scroll-table.tsx";
import { Sentence } from "./sentence.tsx";
import type { Grid } from "./table-text.ts";
import { ThresholdCode } from "./threshold-code.tsx";
import { VerdictWord } from "./verdict-word.tsx";

interface Props {
  readonly thresholds: readonly ThresholdJudgement[];
  /** There are thresholds, of which these are what is chosen. */
  readonly isFiltered?: boolean;
}

export function ThresholdTable({ thresholds, isFiltered = false }: Props): JSX.Element {
  if (thresholds.length === 0)
    return <p class="none">{isFiltered ? "No threshold is for what is chosen." : "No thresholds were set."}</p>;
  const note = verdictTimesNote(thresholds);
  return (
    <>
      <ScrollTable label="Thresholds and what was observed" class="thresholds" exact={() => exactRows(thresholds)}>
        <thead>
          <tr>
            <th scope="col">Verdict</th>
            <th scope="col">Threshold</th>
            <th scope="col">Profile, task</th>
            <th scope="col" class="number">
              Observed
            </th>
            <th scope="col" class="number">
              Limit
            </th>
            <th scope="col">Against the limit</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {thresholds.map((judgement) => (
            <ThresholdRow key={`${judgement.expr}${judgement.profile}${judgement.task}`} judgement={judgement} />
          ))}
        </tbody>
      </ScrollTable>
      {note === undefined ? undefined : <p class="note">{note}</p>}
    </>
  );
}

/** Rows differ in what they are about, so each names its unit. */
function exactRows(thresholds: readonly ThresholdJudgement[]): Grid {
  return [
    ["verdict", "threshold", "profile", "task", "unit", "observed", "is_beyond", "low", "high", "limit"].concat([
      "requests",
      "failed_ratio",
      "from_ms",
      "to_ms",
      "why",
    ]),
    ...thresholds.map(({ verdict, expr, profile, task, unit, observed, limit, why }) => [
      ...[verdict, expr, profile, task, UNITS[unit], observed?.value],
      ...[observed === undefined ? undefined : String(observed.isBeyond === true)],
      ...[observed?.low, observed?.high, limit, observed?.n, observed?.failedRatio],
      ...[observed?.fromMs, observed?.toMs, why],
    ]),
  ];
}

const UNITS = { ms: "ms", ratio: "ratio", perSec: "per_s", s: "s" } as const;

function ThresholdRow({ judgement }: { readonly judgement: ThresholdJudgement }): JSX.Element {
  const { expr, profile, task, observed, limit, unit, verdict, why } = judgement;
  return (
    <tr>
      <td>
        <VerdictWord verdict={verdict} />
      </td>
      <th scope="row">
        <ThresholdCode expr={expr} />
      </th>
      <td class="name">
        {profile} {task === "Aggregated" ? undefined : <span class="aside">{task}</span>}
      </td>
      <td class="number">
        {observedText(observed, unit)}{" "}
        {observed === undefined ? undefined : (
          <span class="aside">
            {observed.low === undefined && observed.high === undefined
              ? undefined
              : `${formatInterval(observed.low, observed.high, unit)}, `}
            n {formatCount(observed.n)}
          </span>
        )}
      </td>
      <td class="number">{formatLimit(limit, unit)}</td>
      <td>
        <LoadLine judgement={judgement} />
      </td>
      <td class="why">
        <Sentence text={why} />
      </td>
    </tr>
  );
}
