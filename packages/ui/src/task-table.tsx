import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LatencyIntervals, QuantileInterval } from "../../plimsoll/src/analysis/latency-intervals.ts";
import type { LatencySummary } from "../../plimsoll/src/analysis/run-stats.ts";
import { formatCount, formatRatio, significant } from "../../plimsoll/src/base/format-number.ts";
import type { TaskData } from "../../plimsoll/src/report/html-data.ts";
import { TABLE_INTERVALS, TABLE_TIMES } from "../../plimsoll/src/report/percentile-notes.ts";
import { ScrollTable } from "./scroll-table.tsx";
import { Sparkline } from "./sparkline.tsx";
import type { Grid } from "./table-text.ts";
import { useIsMounted } from "./use-is-mounted.ts";
import { clockText, msText } from "./words.ts";

type Which = "responseMs" | "serviceMs";

interface Column {
  readonly heading: string;
  readonly value: (task: TaskData, which: Which) => number | undefined;
  readonly text: (value: number | undefined) => string;
  /** For response times whose interval may be known. */
  readonly interval?: keyof LatencyIntervals & keyof LatencySummary;
}

const LATENCIES: readonly (readonly [string, keyof LatencySummary])[] = [
  ["Mean", "mean"],
  ["p50", "p50"],
  ["p75", "p75"],
  ["p90", "p90"],
  ["p95", "p95"],
  ["p99", "p99"],
  ["p99.9", "p999"],
  ["Max", "max"],
];

const COUNTS: readonly Column[] = [
  { heading: "Requests", value: (task) => task.requests, text: (value) => formatCount(value ?? 0) },
  { heading: "Failed", value: (task) => task.failures, text: (value) => formatCount(value ?? 0) },
  { heading: "Errors", value: (task) => task.errorRatio, text: formatRatio },
  { heading: "Req/s", value: (task) => task.requestsPerSec, text: (value) => significant(value ?? 0) },
];

const COLUMNS: readonly Column[] = [
  ...COUNTS,
  ...LATENCIES.map(
    ([heading, key]): Column => ({
      heading,
      value: (task, which) => task[which]?.[key],
      text: msText,
      ...(key === "p50" || key === "p95" || key === "p99" ? { interval: key } : {}),
    }),
  ),
];

interface Props {
  readonly profileName: string;
  readonly tasks: readonly TaskData[];
  /** The only task shown; undefined for all. */
  readonly only: string | undefined;
  readonly which: Which;
}

/** A row a task, Aggregated last however the others are sorted. */
export function TaskTable({ profileName, tasks, only, which }: Props): JSX.Element {
  const [sortedBy, setSortedBy] = useState<Column>();
  const rows = tasks.slice(0, -1).filter(({ name }) => only === undefined || only === name);
  if (sortedBy !== undefined) {
    rows.sort((a, b) => (sortedBy.value(b, which) ?? -1) - (sortedBy.value(a, which) ?? -1));
  }
  const label = which === "responseMs" ? "Response time" : "Service time";
  const shown = [...rows, ...tasks.slice(-1)];
  const known = which === "responseMs" ? shown.find((task) => task.intervals !== undefined)?.intervals : undefined;
  return (
    <>
      <ScrollTable
        label={`Tasks of ${profileName}: ${label.toLowerCase()} in ms`}
        class="tasks"
        exact={() => exactRows(shown, which)}
      >
        <TaskHead label={label} sortedBy={sortedBy} onSort={setSortedBy} />
        <tbody>
          {shown.map((task) => (
            <TaskRow key={task.name} task={task} which={which} />
          ))}
        </tbody>
      </ScrollTable>
      {known === undefined ? undefined : (
        <p class="note">
          Values: {TABLE_TIMES}. Below a percentile: its {formatRatio(known.confidence)} interval over the judged part,{" "}
          {clockText(known.fromMs)}–{clockText(known.toMs)}; {TABLE_INTERVALS}.
        </p>
      )}
    </>
  );
}

const EXACT_KEYS = ["min", "mean", "p50", "p75", "p90", "p95", "p99", "p999", "max"] as const;
const INTERVAL_KEYS = ["p50", "p95", "p99"] as const;

/** The table with every digit, and with what its width leaves out. */
function exactRows(tasks: readonly TaskData[], which: Which): Grid {
  const name = which === "responseMs" ? "response" : "service";
  const hasIntervals = which === "responseMs" && tasks.some((task) => task.intervals !== undefined);
  const ends = hasIntervals ? INTERVAL_KEYS : [];
  return [
    [
      ...["task", "method", "requests", "failures", "error_ratio", "requests_per_s", "completed_per_s"],
      ...EXACT_KEYS.map((key) => `${name}_${key}_ms`),
      ...ends.flatMap((key) => [`${key}_low_ms`, `${key}_high_ms`]),
    ],
    ...tasks.map((task) => [
      ...[task.name, task.method, task.requests, task.failures, task.errorRatio],
      ...[task.requestsPerSec, task.completedPerSec],
      ...EXACT_KEYS.map((key) => task[which]?.[key]),
      ...ends.flatMap((key) => [task.intervals?.[key]?.low, task.intervals?.[key]?.high]),
    ]),
  ];
}

interface HeadProps {
  readonly label: string;
  readonly sortedBy: Column | undefined;
  readonly onSort: (column: Column | undefined) => void;
}

function TaskHead({ label, sortedBy, onSort }: HeadProps): JSX.Element {
  const isMounted = useIsMounted();
  return (
    <thead>
      <tr class="group">
        <td colSpan={1 + COUNTS.length} />
        <th colSpan={LATENCIES.length} scope="colgroup">
          {label}, ms
        </th>
        <td />
      </tr>
      <tr>
        <th scope="col">Task</th>
        {COLUMNS.map((column) => (
          <th
            key={column.heading}
            scope="col"
            class="number"
            {...(sortedBy === column ? { "aria-sort": "descending" as const } : {})}
          >
            {isMounted ? (
              <button type="button" onClick={() => onSort(sortedBy === column ? undefined : column)}>
                {column.heading}
              </button>
            ) : (
              column.heading
            )}
          </th>
        ))}
        <th scope="col">p95 over time</th>
      </tr>
    </thead>
  );
}

function TaskRow({ task, which }: { readonly task: TaskData; readonly which: Which }): JSX.Element {
  return (
    <tr class={task.name === "Aggregated" ? "total" : undefined}>
      <th scope="row">
        {task.name}
        {task.method === "" || task.name.startsWith(`${task.method} `) ? undefined : (
          <span class="method"> {task.method}</span>
        )}
      </th>
      {COLUMNS.map(({ heading, value, text, interval }) => (
        <td key={heading} class="number">
          {text(value(task, which))}
          {interval === undefined || which === "serviceMs" ? undefined : <Interval of={task.intervals?.[interval]} />}
        </td>
      ))}
      <td>
        <Sparkline values={task.spark} />
      </td>
    </tr>
  );
}

/** Between what a percentile lies, in the table's unit; nothing where too few requests tell. */
function Interval({ of }: { readonly of: QuantileInterval | undefined }): JSX.Element | null {
  if (of === undefined) return null;
  return (
    <span class="aside">
      {msText(of.low)}–{msText(of.high)}
    </span>
  );
}
