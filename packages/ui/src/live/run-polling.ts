import { useEffect, useState } from "preact/hooks";
import type { RunList } from "../../../plimsoll/src/live/live-event.ts";
import { type Problem, read } from "./server.ts";

/** While a run goes on or is on its way its figures are new every second; a finished list changes rarely. */
const BUSY_MS = 1_000;
const CALM_MS = 4_000;

export interface PolledRuns {
  /** Undefined until the first answer. */
  readonly list: RunList | undefined;
  readonly problem: Problem | undefined;
  /** Asks at once. */
  readonly refresh: () => void;
}

/** The list of runs that match, as new as it needs to be; nothing is asked for while the page is hidden. */
export function useRuns(query: string): PolledRuns {
  const [list, setList] = useState<RunList>();
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (afterMs: number): void => {
      timer = setTimeout(() => void look(), afterMs);
    };
    const look = async (): Promise<void> => {
      if (document.visibilityState === "hidden") return again(BUSY_MS);
      const search = query === "" ? "" : `?${new URLSearchParams({ q: query })}`;
      const answer = await read<RunList>(`/api/runs${search}`);
      if (isOver) return;
      setProblem(answer.isOk ? undefined : answer.problem);
      if (answer.isOk) setList(answer.value);
      again(answer.isOk && !isBusy(answer.value) ? CALM_MS : BUSY_MS);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [query, round]);
  return { list, problem, refresh: () => setRound((before) => before + 1) };
}

function isBusy({ runs, starts }: RunList): boolean {
  return runs.some(({ state }) => state === "running") || starts.some(({ state }) => state === "starting");
}
