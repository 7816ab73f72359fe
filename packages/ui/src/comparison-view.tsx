/** A page that holds a comparison alone, under the same head as a report. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ComparisonData } from "../../plimsoll/src/report/html-comparison.ts";
import { ComparisonSection } from "./comparison-section.tsx";
import { coursesMs } from "./course-charts.ts";
import type { Known } from "./deep-link.ts";
import { FilterBar } from "./filter-bar.tsx";
import { followAddress } from "./follow-address.ts";
import { AnswerHead } from "./masthead.tsx";
import { Terms } from "./terms.tsx";
import { createView } from "./view.ts";

export function ComparisonView({ comparison }: { readonly comparison: ComparisonData }): JSX.Element {
  const { verdict, sentence, baseName, newName, advice, courses, curves } = comparison;
  const view = useMemo(createView, []);
  const known = useMemo(() => knownOf(comparison), [comparison]);
  const latest = useRef(known);
  latest.current = known;
  useEffect(() => followAddress(view, () => latest.current), [view]);
  return (
    <>
      <AnswerHead title={`${newName} against ${baseName}`} verdict={verdict} because={sentence} reasons={advice}>
        <li>base: {baseName}</li>
        <li>new: {newName}</li>
      </AnswerHead>
      <div class="bar">
        <nav aria-label="Sections">
          <a href="#comparison">Changes</a>
          {courses.length === 0 ? undefined : <a href="#courses">Over time</a>}
          {curves.length === 0 ? undefined : <a href="#distributions">Distributions</a>}
          <a href="#terms">Terms</a>
        </nav>
        <FilterBar profiles={known.profiles} view={view} />
      </div>
      <main>
        <ComparisonSection comparison={comparison} view={view} isSaid />
        <Terms />
      </main>
    </>
  );
}

/** What its address may point at. */
function knownOf({ metrics, curves, courses }: ComparisonData): Known {
  const all = [...metrics, ...curves];
  const profiles = [...new Set([...all, ...courses].map(({ profile }) => profile))];
  return {
    profiles: profiles.map((name) => {
      const tasks = new Set(all.filter(({ profile }) => profile === name).map(({ task }) => task));
      tasks.delete("Aggregated");
      const course = courses.find(({ profile }) => profile === name);
      const durationMs = course === undefined ? 0 : coursesMs(course);
      return { name, durationMs, tasks: [...tasks, "Aggregated"].map((task) => ({ name: task })) };
    }),
  };
}
