import type { JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import type { Finding } from "../../plimsoll/src/verdict/judgement.ts";
import { showSection } from "./follow-address.ts";
import { goTo, placeIn, type View } from "./view.ts";
import { clockText, keptTogether } from "./words.ts";

const LEVELS = {
  error: { shape: "✗", word: "error", style: "is-fail" },
  warning: { shape: "▲", word: "warning", style: "is-inconclusive" },
  info: { shape: "●", word: "note", style: "is-note" },
} as const;

interface Props {
  readonly data: ReportData;
  /** Those of the data that are shown. */
  readonly findings: readonly Finding[];
  readonly view: View;
}

/** What else was seen; a finding that has a time leads to it in the charts. */
export function Findings({ data, findings, view }: Props): JSX.Element {
  if (findings.length === 0) return <p class="none">Nothing else to tell.</p>;
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <FindingItem key={finding.code + finding.message} finding={finding} data={data} view={view} />
      ))}
    </ul>
  );
}

interface ItemProps extends Omit<Props, "findings"> {
  readonly finding: Finding;
}

function FindingItem({ finding, data, view }: ItemProps): JSX.Element {
  const { shape, word, style } = LEVELS[finding.level];
  const index = data.profiles.findIndex((profile) => profile.name === finding.profile);
  const { fromMs, toMs } = finding;
  const zoomIn = (event: MouseEvent): void => {
    const profile = data.profiles[index];
    if (profile === undefined || fromMs === undefined || toMs === undefined) return;
    event.preventDefault();
    const marginMs = Math.max(2000, (toMs - fromMs) * 0.25);
    const range = {
      from: Math.max(0, fromMs - marginMs) / 1000,
      to: Math.min(Math.max(profile.durationMs, toMs), toMs + marginMs) / 1000,
    };
    goTo(view, { ...placeIn(view), at: profile.name, range });
    showSection(data, profile.name, "-charts");
  };
  return (
    <li>
      <strong class={style}>
        <span aria-hidden="true">{shape}</span> {word}
      </strong>
      <span>
        {keptTogether(finding.message)}{" "}
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
