import type { JSX } from "preact";
import { formatBytes, formatCount, formatMs, formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";
import { NumberHeadings } from "./number-headings.tsx";
import { ScrollTable } from "./scroll-table.tsx";
import type { Grid } from "./table-text.ts";
import { keptTogether } from "./words.ts";

const HEALTH = {
  ok: { shape: "✓", style: "is-pass" },
  degraded: { shape: "◐", style: "is-inconclusive" },
  invalid: { shape: "✗", style: "is-fail" },
} as const;

/** Whether the generator kept its own promises; when it did not, the run judges nothing. */
export function GeneratorHealth({ profiles }: { readonly profiles: readonly ProfileData[] }): JSX.Element {
  return (
    <>
      <ScrollTable label="Generator health by profile" exact={() => exactRows(profiles)}>
        <thead>
          <tr>
            <th scope="col">Health</th>
            <th scope="col">Profile</th>
            <NumberHeadings
              titles={["Send lag p50", "p99", "max", "Loop delay p99", "CPU", "Loop busy", "Memory", "Dropped"]}
            />
          </tr>
        </thead>
        <tbody>
          {profiles.map((profile) => (
            <HealthRow key={profile.name} profile={profile} />
          ))}
        </tbody>
      </ScrollTable>
      <p class="note">
        CPU: of the whole process, of a core, on average. Loop busy: how much of its time the event loop of the busiest
        load thread was not idle, in nine seconds of ten at most.
      </p>
      {profiles.map((profile) => (
        <ThreadsLine key={profile.name} profile={profile} />
      ))}
      <ul class="reasons">
        {profiles.flatMap(({ name, generator }) =>
          generator.reasons.map((reason) => (
            <li key={name + reason}>
              {name}: {reason}
            </li>
          )),
        )}
      </ul>
    </>
  );
}

function exactRows(profiles: readonly ProfileData[]): Grid {
  return [
    [
      ...["health", "profile", "send_lag_p50_ms", "send_lag_p99_ms", "send_lag_max_ms", "loop_delay_p99_ms"],
      ...["cpu_ratio", "loop_busy_ratio", "memory_bytes", "dropped"],
    ],
    ...profiles.map(({ name, generator, arrivals }) => [
      ...[generator.health, name, generator.sendLagMs.p50, generator.sendLagMs.p99, generator.sendLagMs.max],
      ...[generator.eventLoopDelayMs.p99, generator.cpuRatio, generator.utilisationRatio],
      ...[generator.rssBytes, arrivals.dropped],
    ]),
  ];
}

/** Where the system tells it: who used the CPU. */
function ThreadsLine({ profile: { name, generator } }: { readonly profile: ProfileData }): JSX.Element | null {
  const threads = Object.entries(generator.cpuRatioByThread ?? {});
  if (threads.length === 0) return null;
  const ratios = threads.map(([thread, ratio]) => `${thread} ${formatRatio(ratio)}`).join(" · ");
  return (
    <p class="facts-line">
      {name}, CPU of each thread, of a core: {keptTogether(ratios)}
    </p>
  );
}

function HealthRow({ profile: { name, generator, arrivals } }: { readonly profile: ProfileData }): JSX.Element {
  const { shape, style } = HEALTH[generator.health];
  return (
    <tr>
      <td>
        <strong class={style}>
          <span aria-hidden="true">{shape}</span> {generator.health}
        </strong>
      </td>
      <th scope="row" class="name">
        {name}
      </th>
      <td class="number">{formatMs(generator.sendLagMs.p50)}</td>
      <td class="number">{formatMs(generator.sendLagMs.p99)}</td>
      <td class="number">{formatMs(generator.sendLagMs.max)}</td>
      <td class="number">{formatMs(generator.eventLoopDelayMs.p99)}</td>
      <td class="number">{formatRatio(generator.cpuRatio)}</td>
      <td class="number">{formatRatio(generator.utilisationRatio)}</td>
      <td class="number">{formatBytes(generator.rssBytes)}</td>
      <td class="number">{formatCount(arrivals.dropped)}</td>
    </tr>
  );
}
