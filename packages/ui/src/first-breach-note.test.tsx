import { describe, expect, test } from "vitest";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
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

  test("is marked in the charts of its profile alone", () => {
    const [, first = "", second = "", third = ""] = renderReportBody(data).split('<section class="profile"');
    const marks = (section: string) => section.match(/class="marker-label"[^>]*>p95 &lt; 500ms broke</g)?.length ?? 0;
    expect([marks(first), marks(third)]).toEqual([0, 0]);
    expect(marks(second)).toBeGreaterThan(4);
  });

  test("is not spoken of where it is not known", () => {
    const { brokeFirst: _, ...judgement } = data.judgement;
    expect(renderReportBody({ ...data, judgement })).not.toContain("broke");
  });
});
