import type { JSX } from "preact";
import { formatCount, formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";
import { ScrollTable } from "./scroll-table.tsx";
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
    .flatMap((task) => task.errors.map((error) => ({ ...error, task: task.name, ratio: error.count / task.requests })))
    .sort((a, b) => b.count - a.count);
  const hiddenCount = tasks.reduce((sum, task) => sum + task.hiddenErrorCount, 0);
  if (rows.length === 0) return <p class="none">No request failed.</p>;
  return (
    <>
      <ScrollTable label={`Errors of ${profile.name}`} class="errors">
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
          {rows.map(({ kind, task, count, ratio, message, firstAtMs, lastAtMs }) => (
            <tr key={`${task} ${kind} ${message}`}>
              <th scope="row">{kind}</th>
              <td class="name">{task}</td>
              <td class="number">{formatCount(count)}</td>
              <td class="number">{formatRatio(ratio)}</td>
              <td class="number">
                {clockText(Math.max(0, firstAtMs - profile.startedAtMs))}–
                {clockText(Math.max(0, lastAtMs - profile.startedAtMs) + SECOND_MS)}
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
