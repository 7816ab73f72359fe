import type { JSX } from "preact";
import { formatCount, formatDuration, formatPerSec, formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData, ReportData } from "../../plimsoll/src/report/html-data.ts";
import { ScrollTable } from "./scroll-table.tsx";
import { Sparkline } from "./sparkline.tsx";
import { loadText, msText } from "./words.ts";

/** A row a profile: enough to see which one to read. */
export function ProfileOverview({ data }: { readonly data: ReportData }): JSX.Element {
  return (
    <ScrollTable label="Profiles at a glance, response times in ms" class="overview">
      <thead>
        <tr>
          <th scope="col">Profile</th>
          <th scope="col">Load</th>
          {["Length", "Requests", "Completed", "Errors", "p50 ms", "p95 ms", "p99 ms", "Max ms"].map((heading) => (
            <th key={heading} scope="col" class="number">
              {heading}
            </th>
          ))}
          <th scope="col">p95 over time</th>
        </tr>
      </thead>
      <tbody>
        {data.profiles.map((profile, index) => (
          <OverviewRow key={profile.name} profile={profile} index={index} />
        ))}
      </tbody>
    </ScrollTable>
  );
}

function OverviewRow({ profile, index }: { readonly profile: ProfileData; readonly index: number }): JSX.Element {
  const all = profile.tasks.at(-1);
  return (
    <tr>
      <th scope="row">
        <a href={`#profile-${index + 1}`}>{profile.name}</a>
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
