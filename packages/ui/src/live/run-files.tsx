import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatBytes } from "../../../plimsoll/src/base/format-number.ts";
import type { RunDetail } from "../../../plimsoll/src/live/live-event.ts";
import { ProblemNote } from "./problem-note.tsx";
import { type Problem, read } from "./server.ts";

const REPORT = "report.html";
const GONE = 404;
/** A run writes its files right after its end. */
const SOON_MS = 2_000;
/** Others may delete them; and the page of one run (`plimsoll run --ui`) stays there as long as somebody asks. */
const AGAIN_MS = 20_000;

/** The files that a run left, each to be saved; the report to be opened. */
export function RunFiles({ id }: { readonly id: string }): JSX.Element {
  const path = `/api/runs/${encodeURIComponent(id)}`;
  const [files, setFiles] = useState<RunDetail["files"]>([]);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async (againMs: number): Promise<void> => {
      const answer = await read<RunDetail>(path);
      if (isOver) return;
      setProblem(answer.isOk ? undefined : answer.problem);
      if (answer.isOk) setFiles(answer.value.files);
      else if (answer.problem.status === GONE) return setFiles([]);
      timer = setTimeout(() => void look(AGAIN_MS), againMs);
    };
    void look(SOON_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [path]);
  const addressOf = (name: string): string => `${path}/files/${encodeURIComponent(name)}`;
  const hasReport = files.some(({ name }) => name === REPORT);
  return (
    <section class="files" aria-label="Files">
      {hasReport ? (
        <a class="button is-main" href={addressOf(REPORT)} target="_blank" rel="noreferrer">
          Open the report
        </a>
      ) : undefined}
      {files.length === 0 ? undefined : (
        <details>
          <summary>Download files ({files.length})</summary>
          <ul class="file-list">
            {files.map(({ name, bytes }) => (
              <li key={name}>
                <a href={`${addressOf(name)}${name === REPORT ? "?download" : ""}`} download={name}>
                  {name}
                </a>{" "}
                <span class="aside-inline">{formatBytes(bytes)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {problem === undefined || problem.status === GONE ? undefined : <ProblemNote problem={problem} />}
      <p class="note" role="status">
        {problem?.status === GONE ? "This run was deleted; what is shown here was read before." : undefined}
      </p>
    </section>
  );
}
