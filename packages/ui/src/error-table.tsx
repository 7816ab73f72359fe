import type { JSX } from "preact";
import { formatCount, formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";
import { ScrollTable } from "./scroll-table.tsx";
import type { Grid } from "./table-text.ts";
import { clockText } from "./words.ts";

/** A failure is known by the second in which it was seen. */
const SECOND_MS = 1000;

/** Failures by task, kind and message, the most frequent first. */
export function ErrorTable({
  profile,
  task,
}: {
  readonly profile: ProfileData;
  readonly task: string | undefined;
}): JSX.Element {
  const tasks = profile.tasks.slice(0, -1).filter(({ name }) => task === undefined || task === name);
  const rows = tasks
    .flatMap((task) =>
      task.errors.map(({ firstAtMs, lastAtMs, ...error }) => ({
        ...error,
        task: task.name,
        ratio: error.count / task.requests,
        fromMs: Math.max(0, firstAtMs - profile.startedAtMs),
        toMs: Math.max(0, lastAtMs - profile.startedAtMs) + SECOND_MS,
      })),
    )
    .sort((a, b) => b.count - a.count);
  const hiddenCount = tasks.reduce((sum, task) => sum + task.hiddenErrorCount, 0);
  if (rows.length === 0) return <p class="none">No request failed.</p>;
  return (
    <>
      <ScrollTable label={`Errors of ${profile.name}`} class="errors" exact={() => exactRows(rows)}>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Task</th>
            <th scope="col" class="number">
              Count
            </th>
            <th scope="col" class="number">
              Of its requests
            </th>
            <th scope="col" class="number">
              First, last
            </th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ kind, task, count, ratio, message, fromMs, toMs }) => (
            <tr key={`${task} ${kind} ${message}`}>
              <th scope="row">{kind}</th>
              <td class="name">{task}</td>
              <td class="number">{formatCount(count)}</td>
              <td class="number">{formatRatio(ratio)}</td>
              <td class="number">
                {clockText(fromMs)}–{clockText(toMs)}
              </td>
              <td class="message">{message}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      {hiddenCount === 0 ? undefined : <p class="none">{formatCount(hiddenCount)} rarer messages are not listed.</p>}
    </>
  );
}

interface ErrorRow {
  readonly kind: string;
  readonly task: string;
  readonly message: string;
  readonly count: number;
  /** Of the requests of its task. */
  readonly ratio: number;
  /** First and last seen, on the phase clock. */
  readonly fromMs: number;
  readonly toMs: number;
}

function exactRows(rows: readonly ErrorRow[]): Grid {
  return [
    ["kind", "task", "count", "ratio_of_task", "first_ms", "last_ms", "message"],
    ...rows.map((row) => [row.kind, row.task, row.count, row.ratio, row.fromMs, row.toMs, row.message]),
  ];
}
