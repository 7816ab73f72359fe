/** A chart on the page: heading, legend with the values under the cursor, and both drawings. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount, formatInterval } from "../../plimsoll/src/base/format-number.ts";
import { type Chart, type ChartLine, FINDING_BAR_PX, isFinding, namedInLegend, xText } from "./chart.ts";
import { chartCsv } from "./chart-csv.ts";
import { chartPng } from "./chart-png.ts";
import { CopyButtons, fileStem } from "./copy-buttons.tsx";
import type { CursorPlace, LiveChart } from "./live-chart.ts";
import { heatCellAt } from "./live-heat.ts";
import { type KeptChart, keepMounted } from "./live-mount.ts";
import { StaticChart } from "./static-chart.tsx";
import type { ChartGroup } from "./zoom.ts";

interface Props {
  readonly chart: Chart;
  readonly group?: ChartGroup;
}

/** Draws `chart`; a newer one with the same lines goes into the drawing that is there, under the same cursor and zoom. */
export function ChartFigure({ chart, group }: Props): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const caption = useRef<HTMLElement>(null);
  const live = useRef<LiveChart | undefined>(undefined);
  const kept = useRef<KeptChart | undefined>(undefined);
  const latest = useRef(chart);
  latest.current = chart;
  const [isLive, setIsLive] = useState(false);
  useEffect(() => {
    if (host.current === null) return undefined;
    setIsLive(true);
    const mounted = keepMounted(host.current, latest.current, {
      group,
      onCursor: (place) => writeReading(caption.current, latest.current, place),
      onMount: (drawn) => {
        live.current = drawn;
      },
    });
    kept.current = mounted;
    return mounted.end;
  }, [group]);
  useEffect(() => kept.current?.update(chart), [chart]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (event.key === "Escape") group?.zoomTo(undefined);
    if (direction === 0) return;
    event.preventDefault();
    live.current?.step(direction * (event.shiftKey ? 10 : 1));
  };
  const interaction = isLive ? { role: "img" as const, tabIndex: 0, "aria-label": nameOf(chart), onKeyDown } : {};
  return (
    <figure class={isLive ? "chart is-live" : "chart"}>
      <figcaption ref={caption}>
        <h4>{chart.title}</h4>
        <span class="unit">
          {chart.subject === undefined ? undefined : (
            <>
              <strong class="subject">{chart.subject}</strong>{" "}
            </>
          )}
          {chart.unit}
        </span>
        {chart.lines.length === 0 ? <Legend chart={chart} isBeside /> : undefined}
        <span class="reading" />
        <ChartCopies chart={chart} group={group} host={host} />
        {chart.lines.length === 0 ? undefined : <Legend chart={chart} />}
      </figcaption>
      <StaticChart chart={chart} />
      <div class="live" ref={host} {...interaction} />
    </figure>
  );
}

interface CopiesProps {
  readonly chart: Chart;
  readonly group: ChartGroup | undefined;
  readonly host: { readonly current: HTMLDivElement | null };
}

function ChartCopies({ chart, group, host }: CopiesProps): JSX.Element {
  const stem = fileStem([chart.title, chart.subject ?? ""].join(" "));
  const picture = (): Promise<Blob> =>
    host.current === null ? Promise.reject(new Error("the chart is not drawn")) : chartPng(host.current, chart);
  const range = (): ChartGroup["range"]["value"] => (chart.x.kind === "time" ? group?.range.peek() : undefined);
  return (
    <CopyButtons
      of={chart.title}
      all={[
        { label: "PNG", type: "image/png", fileName: `${stem}.png`, make: picture },
        { label: "CSV", type: "text/csv", fileName: `${stem}.csv`, make: () => chartCsv(chart, range()) },
      ]}
    />
  );
}

/** The name of the picture for those who do not see it. */
function nameOf({ title, subject, summary }: Chart): string {
  return `${title}${subject === undefined ? "" : ` of ${subject}`}. ${summary}`;
}

interface LegendProps {
  readonly chart: Chart;
  /** On the row of the title, where there are no lines to tell of. */
  readonly isBeside?: boolean;
}

/** The lines first: their values stand there under the cursor. */
function Legend({ chart, isBeside = false }: LegendProps): JSX.Element | null {
  const spans = namedInLegend(chart);
  if (chart.lines.length + spans.length === 0) return null;
  return (
    <ul class={isBeside ? "legend is-beside" : "legend"}>
      {chart.lines.map((line) => (
        <LegendItem key={line.label} line={line} />
      ))}
      {spans.map((span) => (
        <li key={span.kind}>
          <svg width="18" height="8" aria-hidden="true">
            {isFinding(span) ? (
              <rect class={`span-${span.kind}`} y="2.5" width="18" height={FINDING_BAR_PX} />
            ) : (
              <rect class={`span-${span.kind} swatch`} width="18" height="8" />
            )}
          </svg>
          {span.label}
        </li>
      ))}
    </ul>
  );
}

function LegendItem({ line }: { readonly line: ChartLine }): JSX.Element {
  return (
    <li>
      <svg width="18" height="8" aria-hidden="true">
        <LegendMark line={line} />
      </svg>
      {line.label}
      <span class="value" />
    </li>
  );
}

function LegendMark({ line }: { readonly line: ChartLine }): JSX.Element {
  if (line.mark === undefined) {
    return (
      <path
        class={`line tone-${line.tone}${line.dash === undefined ? "" : ` ${line.dash}`}${line.isThin ? " thin" : ""}`}
        d="M0 4H18"
      />
    );
  }
  return line.mark === "cross" ? (
    <path class={`line tone-${line.tone}`} d="M6 1L12 7M6 7L12 1" />
  ) : (
    <path class={`mark-${line.mark} tone-${line.tone}`} d={line.mark === "square" ? "M9 4h.1" : "M9 4h0"} />
  );
}

/** Written straight into the page: a cursor moves over ten charts at once, sixty times a second. */
function writeReading(caption: HTMLElement | null, chart: Chart, place: CursorPlace | undefined): void {
  const reading = caption?.querySelector(".reading");
  if (reading) reading.textContent = place === undefined ? "" : readingOf(chart, place);
  caption?.querySelectorAll(".legend .value").forEach((cell, index) => {
    const value = place === undefined ? undefined : chart.lines[index]?.values[place.index];
    cell.textContent = place === undefined ? "" : value === null || value === undefined ? "–" : chart.y.text(value);
  });
}

function readingOf({ x, heat }: Chart, place: CursorPlace): string {
  const at = xText(x.kind, place.x);
  const cell = heat === undefined || place.y === undefined ? undefined : heatCellAt(heat, place.x, place.y);
  return cell === undefined
    ? at
    : `${at} · ${formatInterval(cell.fromMs, cell.toMs, "ms")} · ${formatCount(cell.count)} ${cell.count === 1 ? "request" : "requests"}`;
}
