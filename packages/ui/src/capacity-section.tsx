import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatCount, formatMs, formatPerSec, formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { CapacityData, CapacityLevel, CapacityStep } from "../../plimsoll/src/report/html-capacity.ts";
import { capacityChart } from "./capacity-chart.ts";
import { ChartFigure } from "./chart-figure.tsx";
import { NumberHeadings } from "./number-headings.tsx";
import { stepId } from "./place-link.tsx";
import { ScrollTable } from "./scroll-table.tsx";
import { Sentence } from "./sentence.tsx";
import type { Grid } from "./table-text.ts";
import { VerdictWord } from "./verdict-word.tsx";
import { shortNumber } from "./words.ts";

interface Props {
  readonly capacity: CapacityData;
}

interface SectionProps extends Props {
  /** The page has said the sentence already. */
  readonly isSaid?: boolean;
  /** The search goes on. */
  readonly isLive?: boolean;
}

/** Where the load line is, and what it was drawn from. */
export function CapacitySection({ capacity, isSaid = false, isLive = false }: SectionProps): JSX.Element {
  const chart = useMemo(() => capacityChart(capacity), [capacity]);
  const { sentence, outlook, limitedBy, scalability, levels, steps } = capacity;
  return (
    <section id="capacity" aria-labelledby="capacity-name">
      <h2 id="capacity-name">Capacity</h2>
      {isSaid ? undefined : (
        <p class="because">
          <Sentence text={sentence} />
        </p>
      )}
      {isLive && outlook !== undefined ? (
        <p class="note">
          <Sentence text={outlook} />
        </p>
      ) : undefined}
      {limitedBy === undefined && scalability === undefined ? undefined : (
        <ul class="facts">
          {limitedBy === undefined ? undefined : (
            <li>
              <Sentence text={`limited by ${limitedBy}`} />
            </li>
          )}
          {scalability === undefined ? undefined : (
            <li>
              <Sentence text={scalability.sentence} />
            </li>
          )}
        </ul>
      )}
      <h3>The search</h3>
      {chart === undefined ? (
        <p class="none">{isLive ? "No step has ended yet." : "No load that was tried says anything of the target."}</p>
      ) : (
        <ChartFigure chart={chart} />
      )}
      {levels.length === 0 ? undefined : <LevelTable capacity={capacity} />}
      {steps.length === 0 ? undefined : (
        <details>
          <summary>Every load that was tried ({formatCount(steps.length)})</summary>
          <StepTable capacity={capacity} />
        </details>
      )}
    </section>
  );
}

function LevelTable({ capacity }: Props): JSX.Element {
  const exact = (): Grid => [
    ["users", "throughput_per_s", "p50_ms", "p95_ms", "p99_ms", "error_ratio", "verdict"],
    ...capacity.levels.map((l) => [l.load, l.throughputPerSec, l.p50, l.p95, l.p99, l.errorRatio, l.verdict]),
  ];
  return (
    <>
      <h3>Levels</h3>
      <ScrollTable label="What the target does with so many users" class="levels" exact={exact}>
        <Heads first="Users" others={["Completed", "p50", "p95", "p99", "Errors"]} last="Verdict" />
        <tbody>
          {capacity.levels.map((level, index) => (
            <LevelRow key={index} level={level} />
          ))}
        </tbody>
      </ScrollTable>
    </>
  );
}

function LevelRow({ level }: { readonly level: CapacityLevel }): JSX.Element {
  return (
    <tr>
      <th scope="row" class="number" data-unit={level.load === 1 ? "user" : "users"}>
        {shortNumber(level.load)}
      </th>
      {[
        ["completed", formatPerSec(level.throughputPerSec)],
        ["p50", formatMs(level.p50)],
        ["p95", formatMs(level.p95)],
        ["p99", formatMs(level.p99)],
        ["errors", formatRatio(level.errorRatio)],
      ].map(([label, text]) => (
        <td key={label} class="number" data-label={label}>
          {text}
        </td>
      ))}
      <td>
        <VerdictWord verdict={level.verdict} />
      </td>
    </tr>
  );
}

function StepTable({ capacity }: Props): JSX.Element {
  const exact = (): Grid => [
    ["step", "phase", "load", "requests", "bad_ratio", "allowed_ratio", "outcome"],
    ...capacity.steps.map((s) => [s.name, s.phase, s.load, s.requests, s.badRatio, s.allowedRatio, outcomeOf(s)]),
  ];
  return (
    <ScrollTable label="Loads that were tried, in order" class="steps" exact={exact}>
      <Heads
        first={capacity.by === "rate" ? "Offered, /s" : "Users"}
        others={["Requests", "Bad", "Allowed"]}
        last="Came to"
      />
      <tbody>
        {capacity.steps.map((step, index) => (
          <tr key={index} id={stepId(index)} tabIndex={-1}>
            <th scope="row" class="number">
              {shortNumber(step.load)} <span class="aside">{step.phase}</span>
            </th>
            <td class="number">{formatCount(step.requests)}</td>
            <td class="number">{formatRatio(step.badRatio)}</td>
            <td class="number">{formatRatio(step.allowedRatio)}</td>
            <td>{outcomeOf(step)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}

function outcomeOf({ isHeld, isAborted }: CapacityStep): string {
  return isAborted ? "stopped early" : isHeld ? "held" : "broke the promise";
}

interface HeadsProps {
  readonly first: string;
  readonly others: readonly string[];
  readonly last: string;
}

function Heads({ first, others, last }: HeadsProps): JSX.Element {
  return (
    <thead>
      <tr>
        <NumberHeadings titles={[first, ...others]} />
        <th scope="col">{last}</th>
      </tr>
    </thead>
  );
}
