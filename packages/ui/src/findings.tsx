import type { JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import type { Finding } from "../../plimsoll/src/verdict/judgement.ts";
import { PlaceLink } from "./place-link.tsx";
import { Sentence } from "./sentence.tsx";
import type { View } from "./view.ts";

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

/** The gravest first, then by time; what has no time comes last of its level. */
function sorted(findings: readonly Finding[], { profiles }: ReportData): readonly Finding[] {
  const gravity = Object.keys(LEVELS);
  const startOf = ({ profile, fromMs }: Finding): number => {
    const startedAtMs = profiles.find(({ name }) => name === profile)?.startedAtMs;
    return startedAtMs === undefined || fromMs === undefined ? Number.MAX_VALUE : startedAtMs + fromMs;
  };
  return [...findings].sort((a, b) => gravity.indexOf(a.level) - gravity.indexOf(b.level) || startOf(a) - startOf(b));
}

/** What else was seen; a finding that has a time leads to it in the charts. */
export function Findings({ data, findings, view }: Props): JSX.Element {
  if (findings.length === 0) return <p class="none">Nothing else to tell.</p>;
  return (
    <ul class="findings">
      {sorted(findings, data).map((finding) => (
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
  return (
    <li>
      <strong class={style}>
        <span aria-hidden="true">{shape}</span> {word}
      </strong>
      <span>
        <Sentence text={finding.message} /> <PlaceLink place={finding} data={data} view={view} />
      </span>
    </li>
  );
}
