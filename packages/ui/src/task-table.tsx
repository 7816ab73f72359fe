import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LatencySummary } from "../../plimsoll/src/analysis/run-stats.ts";
import { formatCount, formatRatio, significant } from "../../plimsoll/src/base/format-number.ts";
import type { TaskData } from "../../plimsoll/src/report/html-data.ts";
import { ScrollTable } from "./scroll-table.tsx";
import { Sparkline } from "./sparkline.tsx";
import { useIsMounted } from "./use-is-mounted.ts";
import { msText } from "./words.ts";

type Which = "responseMs" | "serviceMs";

interface Column {
  readonly heading: string;
  readonly value: (task: TaskData, which: Which) => number | undefined;
  readonly text: (value: number | undefined) => string;
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
    }),
  ),
];

interface Props {
  readonly profileName: string;
  readonly tasks: readonly TaskData[];
  readonly which: Which;
}

/** A row a task, Aggregated last however the others are sorted. */
export function TaskTable({ profileName, tasks, which }: Props): JSX.Element {
  const [sortedBy, setSortedBy] = useState<Column>();
  const rows = tasks.slice(0, -1);
  if (sortedBy !== undefined) {
    rows.sort((a, b) => (sortedBy.value(b, which) ?? -1) - (sortedBy.value(a, which) ?? -1));
  }
  const label = which === "responseMs" ? "Response time" : "Service time";
  return (
    <ScrollTable label={`Tasks of ${profileName}: ${label.toLowerCase()} in ms`} class="tasks">
      <TaskHead label={label} sortedBy={sortedBy} onSort={setSortedBy} />
      <tbody>
        {[...rows, ...tasks.slice(-1)].map((task) => (
          <TaskRow key={task.name} task={task} which={which} />
        ))}
      </tbody>
    </ScrollTable>
  );
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
        {task.method === "" ? undefined : <span class="method"> {task.method}</span>}
      </th>
      {COLUMNS.map(({ heading, value, text }) => (
        <td key={heading} class="number">
          {text(value(task, which))}
        </td>
      ))}
      <td>
        <Sparkline values={task.spark} />
      </td>
    </tr>
  );
}
