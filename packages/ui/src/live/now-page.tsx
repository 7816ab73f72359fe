import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { PageLink } from "./page-link.tsx";
import { go } from "./route.ts";
import { useRuns } from "./run-list-stream.ts";
import { runToShow } from "./run-to-show.ts";

/** Waits for the run that goes on, or has begun since, and shows it: where `plimsoll run --ui` leads. */
export function NowPage({ sinceMs }: { readonly sinceMs: number | undefined }): JSX.Element {
  const { list } = useRuns();
  const id = runToShow(list?.runs ?? [], sinceMs)?.id;
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
