/** The whole report: the answer first, then the evidence, then the detail. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { Findings } from "./findings.tsx";
import { GeneratorHealth } from "./generator-health.tsx";
import { Masthead } from "./masthead.tsx";
import { ProfileOverview } from "./profile-overview.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { RunFactsSection } from "./run-facts.tsx";
import { Terms } from "./terms.tsx";
import { ThresholdTable } from "./threshold-table.tsx";
import { createChartGroup } from "./zoom.ts";

export function Report({ data }: { readonly data: ReportData }): JSX.Element {
  const { profiles, judgement, run } = data;
  const groups = useMemo(() => profiles.map((_, index) => createChartGroup(`profile-${index + 1}`)), [profiles]);
  return (
    <>
      <Masthead data={data} />
      <nav aria-label="Sections">
        <a href="#thresholds">Verdict</a>
        {profiles.map((profile, index) => (
          <a key={profile.name} href={`#profile-${index + 1}`}>
            {profile.name}
          </a>
        ))}
        <a href="#run">This run</a>
      </nav>
      <main>
        <section id="thresholds" aria-labelledby="thresholds-name">
          <h2 id="thresholds-name">Thresholds</h2>
          <ThresholdTable thresholds={judgement.thresholds} />
          {profiles.length === 0 ? undefined : (
            <>
              <h3>Profiles</h3>
              <ProfileOverview data={data} />
              <h3>Generator</h3>
              <GeneratorHealth profiles={profiles} />
            </>
          )}
          <h3>Findings</h3>
          <Findings data={data} groups={groups} />
        </section>
        {profiles.map((profile, index) => (
          <ProfileSection
            key={profile.name}
            profile={profile}
            judgement={judgement}
            id={`profile-${index + 1}`}
            group={groups[index]!}
          />
        ))}
        <RunFactsSection data={data} />
        <Terms />
      </main>
      <footer>Plimsoll {run.version}. All of this page comes from the run's journal.</footer>
    </>
  );
}
