import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { PageLink } from "./page-link.tsx";
import { go } from "./route.ts";
import { useRuns } from "./run-list-stream.ts";

/** Waits for the run that goes on, and shows it: where `plimsoll run --ui` leads. */
export function NowPage(): JSX.Element {
  const { list } = useRuns();
  const running = list?.runs.find(({ state }) => state === "running");
  const id = running?.id;
  useEffect(() => {
    if (id !== undefined) go({ kind: "run", id }, { isSame: true });
  }, [id]);
  return (
    <main>
      <h1>Waiting for the run</h1>
      <p class="none">
        It shows up here once its target is ready. <PageLink to={{ kind: "list", query: "" }}>All runs</PageLink>
      </p>
    </main>
  );
}
