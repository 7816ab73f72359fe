/** A chart on the page: heading, legend with the values under the cursor, and both drawings. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount, formatMs } from "../../plimsoll/src/base/format-number.ts";
import { type Chart, type ChartLine, xText } from "./chart.ts";
import type { CursorPlace, LiveChart } from "./live-chart.ts";
import { heatCellAt } from "./live-heat.ts";
import { keepMounted } from "./live-mount.ts";
import { StaticChart } from "./static-chart.tsx";
import type { ChartGroup } from "./zoom.ts";

interface Props {
  readonly chart: Chart;
  readonly group?: ChartGroup;
}

export function ChartFigure({ chart, group }: Props): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const caption = useRef<HTMLElement>(null);
  const live = useRef<LiveChart | undefined>(undefined);
  const [isLive, setIsLive] = useState(false);
  useEffect(() => {
    if (host.current === null) return undefined;
    setIsLive(true);
    return keepMounted(host.current, chart, {
      group,
      onCursor: (place) => writeReading(caption.current, chart, place),
      onMount: (mounted) => {
        live.current = mounted;
      },
    });
  }, [chart, group]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (event.key === "Escape" && group !== undefined) group.range.value = undefined;
    if (direction === 0) return;
    event.preventDefault();
    live.current?.step(direction * (event.shiftKey ? 10 : 1));
  };
  const interaction = isLive
    ? { role: "img" as const, tabIndex: 0, "aria-label": `${chart.title}. ${chart.summary}`, onKeyDown }
    : {};
  return (
    <figure class={isLive ? "chart is-live" : "chart"}>
      <figcaption ref={caption}>
        <h4>{chart.title}</h4>
        <span class="unit">{chart.unit}</span>
        <span class="reading" />
        {chart.lines.length === 0 ? undefined : (
          <ul class="legend">
            {chart.lines.map((line) => (
              <LegendItem key={line.label} line={line} />
            ))}
          </ul>
        )}
      </figcaption>
      <StaticChart chart={chart} />
      <div class="live" ref={host} {...interaction} />
    </figure>
  );
}

function LegendItem({ line }: { readonly line: ChartLine }): JSX.Element {
  return (
    <li>
      <svg width="18" height="8" aria-hidden="true">
        <path class={`line tone-${line.tone}${line.isDashed ? " dashed" : ""}`} d="M0 4H18" />
      </svg>
      {line.label}
      <span class="value" />
    </li>
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
    : `${at} · ${formatMs(cell.fromMs)}–${formatMs(cell.toMs)} · ${formatCount(cell.count)} requests`;
}
