import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RunStream } from "./run-stream.ts";
import { isSignedOut } from "./server.ts";

/** A run tells something every second; so long without is worth saying. */
const QUIET_MS = 4_000;
const LOOK_MS = 1_000;

/** How the stream is, where it is not as it should be; spoken when it changes. */
export function ConnectionNote({ stream }: { readonly stream: RunStream }): JSX.Element {
  const quietSec = useQuietSec(stream);
  const state = stream.connection.value;
  const isRunning = stream.document.value?.state === "running";
  const isLost = state === "lost" && !isSignedOut.value;
  return (
    <nav class="connection" aria-label="Connection">
      <p role="status">
        {isLost ? (
          <>
            <span aria-hidden="true">◌</span> Connection lost, trying again. The run does not depend on it.
          </>
        ) : undefined}
        {state === "gone" && stream.document.value !== undefined ? "This run was deleted." : undefined}
      </p>
      {isRunning && state === "open" && quietSec > 0 ? <p>No news for {quietSec} s.</p> : undefined}
    </nav>
  );
}

/** Whole seconds since the last event, 0 while that is not long ago. */
function useQuietSec(stream: RunStream): number {
  const [quietSec, setQuietSec] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      const quietMs = performance.now() - stream.heardAtMs();
      setQuietSec(quietMs < QUIET_MS ? 0 : Math.floor(quietMs / 1000));
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [stream]);
  return quietSec;
}
