import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunList, SpecListing, StartListing } from "../../../plimsoll/src/live/live-event.ts";
import { ProblemNote } from "./problem-note.tsx";
import { go } from "./route.ts";
import { isSignedOut, type Problem, read, write } from "./server.ts";
import { type StartBody, StartForm } from "./start-form.tsx";

interface Props {
  /** Opened without being asked: there is nothing else to do. */
  readonly isOpen: boolean;
  /** Where a run shows up once its journal is there. */
  readonly list: RunList | undefined;
}

/** A new run: which profile of which spec, with which numbers. */
export function StartSection({ isOpen, list }: Props): JSX.Element {
  const [specs, setSpecs] = useState<readonly SpecListing[]>();
  const [problem, setProblem] = useState<Problem>();
  const [start, setStart] = useState<StartListing>();
  const isOut = isSignedOut.value;
  // Once open it is the reader's to close.
  const wasOpened = useRef(false);
  if (isOpen) wasOpened.current = true;
  useEffect(() => {
    if (isOut) return;
    void read<{ readonly specs: readonly SpecListing[] }>("/api/specs").then((answer) => {
      if (answer.isOk) setSpecs(answer.value.specs);
      else setProblem(answer.problem);
    });
  }, [isOut]);
  useEffect(() => {
    if (start === undefined || list === undefined) return;
    const run = list.runs.find(({ folder }) => folder === start.folder);
    if (run !== undefined) go({ kind: "run", id: run.id });
    else if (list.starts.some(({ folder, state }) => folder === start.folder && state !== "starting"))
      setStart(undefined);
  }, [start, list]);
  const begin = async (body: StartBody): Promise<void> => {
    setProblem(undefined);
    const answer = await write<StartListing>("POST", "/api/runs", body);
    if (answer.isOk) setStart(answer.value);
    else setProblem(answer.problem);
  };
  return (
    <details class="start" open={wasOpened.current}>
      <summary>Start a run</summary>
      {specs === undefined ? undefined : (
        <Specs
          specs={specs}
          canStart={start === undefined && !isOut}
          onStart={begin}
          onEdit={() => setProblem(undefined)}
        />
      )}
      <ProblemNote problem={isOut ? undefined : problem} />
      <p class="note" role="status">
        {start === undefined ? "" : `Starting ${start.profile} of ${start.spec}: it waits until its target is ready.`}
      </p>
    </details>
  );
}

interface SpecsProps {
  readonly specs: readonly SpecListing[];
  readonly canStart: boolean;
  readonly onStart: (body: StartBody) => Promise<void>;
  readonly onEdit: () => void;
}

function Specs({ specs, ...form }: SpecsProps): JSX.Element {
  const sound = specs.filter(({ profiles }) => profiles.length > 0);
  const faulty = specs.filter(({ profiles }) => profiles.length === 0);
  return (
    <>
      {sound.length === 0 ? (
        <p class="none">
          No spec to start from: <code>plimsoll init</code> writes one. YAML and JSON specs are found beside the folder
          of the runs.
        </p>
      ) : (
        <StartForm specs={sound} {...form} />
      )}
      {faulty.map(({ file, problems = [] }) => (
        <details key={file} class="faulty">
          <summary>{file} cannot be run</summary>
          <ul>
            {problems.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}
