import type { JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import type { Finding } from "../../plimsoll/src/verdict/judgement.ts";
import { clockText } from "./words.ts";
import type { ChartGroup } from "./zoom.ts";

const LEVELS = {
  error: { shape: "✗", word: "error", style: "is-fail" },
  warning: { shape: "▲", word: "warning", style: "is-inconclusive" },
  info: { shape: "●", word: "note", style: "is-note" },
} as const;

interface Props {
  readonly data: ReportData;
  /** One a profile, in their order. */
  readonly groups: readonly ChartGroup[];
}

export function Findings({ data, groups }: Props): JSX.Element {
  const { findings } = data.judgement;
  if (findings.length === 0) return <p class="none">Nothing else to tell.</p>;
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <FindingItem key={finding.code + finding.message} finding={finding} data={data} groups={groups} />
      ))}
    </ul>
  );
}

function FindingItem({ finding, data, groups }: Props & { readonly finding: Finding }): JSX.Element {
  const { shape, word, style } = LEVELS[finding.level];
  const index = data.profiles.findIndex((profile) => profile.name === finding.profile);
  const { fromMs, toMs } = finding;
  const zoomIn = (): void => {
    const group = groups[index];
    if (group === undefined || fromMs === undefined || toMs === undefined) return;
    const marginMs = Math.max(2000, (toMs - fromMs) * 0.25);
    group.range.value = {
      from: Math.max(0, fromMs - marginMs) / 1000,
      to: Math.min(data.profiles[index]?.durationMs ?? toMs, toMs + marginMs) / 1000,
    };
  };
  return (
    <li>
      <strong class={style}>
        <span aria-hidden="true">{shape}</span> {word}
      </strong>
      <span>
        {finding.message}{" "}
        {index < 0 ? undefined : (
          <a href={`#profile-${index + 1}`} onClick={zoomIn}>
            {[finding.profile, finding.task].filter((part) => part !== undefined).join(" · ")}
            {fromMs === undefined || toMs === undefined ? "" : `, ${clockText(fromMs)}–${clockText(toMs)}`}
          </a>
        )}
      </span>
    </li>
  );
}
