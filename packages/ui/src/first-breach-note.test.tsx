import { describe, expect, test } from "vitest";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import { subjectOf } from "./chart-subject.ts";
import { timeChartsOf } from "./profile-charts.ts";
import { renderReportBody } from "./render.tsx";

const data = reportDataOf(sampleReport());

/** From the answer to the end of the page's head. */
function headOf(body: string): string {
  return /<div class="answer.*?<\/header>/s.exec(body)?.[0] ?? "";
}

describe("what broke first", () => {
  test("stands in the head, with the way to that time in the charts", () => {
    const head = headOf(renderReportBody(data));
    expect(head.replaceAll("\u00a0", "_")).toContain(
      '<span class="whole">p95 &lt; 500ms</span> broke at 3.5_s in spike, with 200 users. <a href="#profile-2">spike, 0:00–0:14</a>',
    );
    expect(head.indexOf("broke-first")).toBeLessThan(head.indexOf("reasons"));
  });

  test("is marked in the charts of its profile alone, and named in the one that shows why", () => {
    const [, ...sections] = renderReportBody(data).split('<section class="profile"');
    const charts = (sections[1] ?? "").split('<figure class="chart"').slice(1);
    const named = (text: string) => text.match(/class="marker-label"[^>]*>p95 &lt; 500ms broke</g)?.length ?? 0;
    expect([sections[0], sections[2]].map((section = "") => section.match(/class="marker"/g))).toEqual([null, null]);
    expect(sections[1]?.match(/class="marker"/g)?.length).toBeGreaterThan(4);
    expect(charts.filter(named).map((chart) => /<h4>(.*?)<\/h4>/.exec(chart)?.[1])).toEqual(["Response time"]);
  });

  test("of errors is named in their chart, and in that of the throughput where there is none", () => {
    const expr = "errors < 1%";
    const judgement = { ...data.judgement, brokeFirst: { ...data.judgement.brokeFirst!, expr } };
    const profile = data.profiles[1]!;
    const namedIn = (series: typeof profile.series, task?: string) => {
      const one = { ...profile, series };
      return timeChartsOf(one, subjectOf(one, task)!, { judgement, observations: undefined })
        .filter(({ markers = [] }) => markers.some(({ label }) => label === `${expr} broke`))
        .map(({ title }) => title);
    };
    expect(namedIn(profile.series)).toEqual(["Errors by kind"]);
    expect(namedIn({ ...profile.series, errors: [] })).toEqual(["Throughput"]);
    expect(namedIn(profile.series, "batch_embed")).toEqual([]);
  });

  test("is not spoken of where it is not known", () => {
    const { brokeFirst: _, ...judgement } = data.judgement;
    expect(renderReportBody({ ...data, judgement })).not.toContain("broke");
  });
});
