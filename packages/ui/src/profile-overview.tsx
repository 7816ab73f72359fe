import type { JSX } from "preact";
import { formatCount, formatDuration, formatPerSec, formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData, TaskData } from "../../plimsoll/src/report/html-data.ts";
import { NumberHeadings } from "./number-headings.tsx";
import { ScrollTable } from "./scroll-table.tsx";
import { Sparkline } from "./sparkline.tsx";
import type { Grid } from "./table-text.ts";
import { loadText, msText } from "./words.ts";

interface Props {
  readonly profiles: readonly ProfileData[];
  /** Whose figures; undefined for all requests. */
  readonly task: string | undefined;
  /** Where a profile's name leads. */
  readonly linkTo: (profile: ProfileData) => string;
}

/** A row a profile: enough to see which one to read. */
export function ProfileOverview({ profiles, task, linkTo }: Props): JSX.Element {
  const of = task === undefined ? "" : ` of ${task}`;
  return (
    <ScrollTable
      label={`Profiles at a glance${of}, response times in ms`}
      class="overview"
      exact={() => exactRows(profiles, task)}
    >
      <thead>
        <tr>
          <th scope="col">Profile</th>
          <th scope="col">Load</th>
          <NumberHeadings
            titles={["Length", "Requests", "Completed", "Errors", "p50 ms", "p95 ms", "p99 ms", "Max ms"]}
          />
          <th scope="col">p95 over time</th>
        </tr>
      </thead>
      <tbody>
        {profiles.map((profile) => (
          <OverviewRow key={profile.name} profile={profile} href={linkTo(profile)} task={task} />
        ))}
      </tbody>
    </ScrollTable>
  );
}

function taskOf({ tasks }: ProfileData, task: string | undefined): TaskData | undefined {
  return task === undefined ? tasks.at(-1) : tasks.find(({ name }) => name === task);
}

function exactRows(profiles: readonly ProfileData[], task: string | undefined): Grid {
  const head = ["profile", "task", "load", "length_ms", "requests", "completed_per_s", "error_ratio"];
  return [
    [...head, "p50_ms", "p95_ms", "p99_ms", "max_ms"],
    ...profiles.map((profile) => {
      const all = taskOf(profile, task);
      const ms = all?.responseMs;
      const counts = [profile.durationMs, all?.requests, all?.completedPerSec, all?.errorRatio];
      return [profile.name, all?.name, loadText(profile), ...counts, ms?.p50, ms?.p95, ms?.p99, ms?.max];
    }),
  ];
}

interface RowProps {
  readonly profile: ProfileData;
  readonly href: string;
  readonly task: string | undefined;
}

function OverviewRow({ profile, href, task }: RowProps): JSX.Element {
  const all = taskOf(profile, task);
  return (
    <tr>
      <th scope="row">
        <a href={href}>{profile.name}</a>
      </th>
      <td>{loadText(profile)}</td>
      <td class="number">{formatDuration(profile.durationMs)}</td>
      <td class="number">{formatCount(all?.requests ?? 0)}</td>
      <td class="number">{formatPerSec(all?.completedPerSec)}</td>
      <td class="number">{formatRatio(all?.errorRatio)}</td>
      <td class="number">{msText(all?.responseMs?.p50)}</td>
      <td class="number">{msText(all?.responseMs?.p95)}</td>
      <td class="number">{msText(all?.responseMs?.p99)}</td>
      <td class="number">{msText(all?.responseMs?.max)}</td>
      <td>
        <Sparkline values={all?.spark ?? []} />
      </td>
    </tr>
  );
}
