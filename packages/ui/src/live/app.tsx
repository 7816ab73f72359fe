/**
 * The live page. It knows the server's routes (`server.ts`, `run-stream.ts`) and shows what they tell with the parts of
 * the report; it measures, folds and judges nothing.
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Mark } from "../mark.tsx";
import { ComparePage } from "./compare-page.tsx";
import { ListPage } from "./list-page.tsx";
import { NowPage } from "./now-page.tsx";
import { PageLink } from "./page-link.tsx";
import { route } from "./route.ts";
import type { Route } from "./route-address.ts";
import { RunPage } from "./run-page.tsx";
import { isSignedOut } from "./server.ts";

export function App(): JSX.Element {
  const shown = route.value;
  const isOut = isSignedOut.value;
  const place = placeOf(shown);
  const heading = useRef<HTMLParagraphElement>(null);
  const last = useRef(place);
  useEffect(() => {
    document.title = `${titleOf(shown)} · Plimsoll`;
    if (last.current === place) return;
    last.current = place;
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [place, shown]);
  return (
    <>
      <nav class="top" aria-label="Plimsoll">
        <p class="unseen" tabIndex={-1} ref={heading}>
          {titleOf(shown)}
        </p>
        <PageLink class="home" to={{ kind: "list", query: "" }}>
          <Mark sizePx={22} /> Plimsoll
        </PageLink>
        {shown.kind === "list" ? undefined : <PageLink to={{ kind: "list", query: "" }}>All runs</PageLink>}
        <div role="alert">{isOut ? <SignedOut /> : undefined}</div>
      </nav>
      <View shown={shown} />
    </>
  );
}

function View({ shown }: { readonly shown: Route }): JSX.Element {
  switch (shown.kind) {
    case "list":
      return <ListPage query={shown.query} />;
    case "run":
      return <RunPage key={shown.id} id={shown.id} />;
    case "now":
      return <NowPage sinceMs={shown.sinceMs} />;
    case "compare":
      return <ComparePage base={shown.base} next={shown.next} />;
  }
}

function SignedOut(): JSX.Element {
  return (
    <div class="problem">
      <p>
        <span aria-hidden="true">◌</span> This browser has no session with the page's server.
      </p>
      <p class="note">
        Open the address that <code>plimsoll ui</code> printed last: it holds a token that is new at each start. Runs go
        on meanwhile.
      </p>
    </div>
  );
}

/** A search that is typed is no new place. */
function placeOf(shown: Route): string {
  return shown.kind === "list" ? "list" : JSON.stringify(shown);
}

function titleOf(shown: Route): string {
  switch (shown.kind) {
    case "list":
      return "Runs";
    case "run":
      return `Run ${shown.id}`;
    case "now":
      return "The run that goes on";
    case "compare":
      return "Comparison of two runs";
  }
}
