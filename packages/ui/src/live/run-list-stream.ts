import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RunList } from "../../../plimsoll/src/live/live-event.ts";
import { followDocument } from "./document-stream.ts";
import type { Problem } from "./server.ts";

export interface WatchedRuns {
  /** As it was told last; undefined until the first time. */
  readonly list: RunList | undefined;
  readonly isLost: boolean;
  readonly problem: Problem | undefined;
}

/**
 * All runs, as new as the server knows them. Nothing is followed while the page is hidden: a browser keeps only a few
 * streams of one server open, and another tab may need one.
 */
export function useRuns(): WatchedRuns {
  const isVisible = useIsVisible();
  const stream = useMemo(() => (isVisible ? followDocument("/api/runs", isRunList) : undefined), [isVisible]);
  useEffect(() => () => stream?.end(), [stream]);
  const last = useRef<RunList | undefined>(undefined);
  last.current = stream?.document.value ?? last.current;
  return {
    list: last.current,
    isLost: stream?.connection.value === "lost",
    problem: stream?.problem.value,
  };
}

function useIsVisible(): boolean {
  const [isVisible, setIsVisible] = useState(document.visibilityState !== "hidden");
  useEffect(() => {
    const look = (): void => setIsVisible(document.visibilityState !== "hidden");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isVisible;
}

function isRunList(value: unknown): value is RunList {
  return typeof value === "object" && value !== null && "runs" in value && Array.isArray(value.runs);
}
