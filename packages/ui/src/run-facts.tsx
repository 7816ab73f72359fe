import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { formatBytes, formatCount } from "../../plimsoll/src/base/format-number.ts";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { useIsMounted } from "./use-is-mounted.ts";
import { clockText } from "./words.ts";

/** How to run it again, where it ran, what was asked, and what happened on the way. */
export function RunFactsSection({ data }: { readonly data: ReportData }): JSX.Element {
  const { run, events, hiddenEventCount } = data;
  const { environment } = run;
  const facts: readonly (readonly [string, string])[] = [
    ["Seed", String(run.seed)],
    ["Threads", formatCount(run.threads)],
    ["Machine", `${environment.cpu}, ${environment.cores} cores, ${formatBytes(environment.memoryBytes)}`],
    ["System", environment.os],
    ["Node", environment.node],
    ["Plimsoll", environment.plimsoll],
    ...(environment.ci === undefined ? [] : [["CI", environment.ci] as const]),
    ["Run", run.id],
    ["Plan", `sha256 ${run.planSha256.slice(0, 16)}…`],
  ];
  return (
    <section id="run" aria-labelledby="run-name">
      <h2 id="run-name">This run</h2>
      <h3>To run it again</h3>
      <Command text={run.command} />
      <h3>Environment</h3>
      <dl class="environment">
        {facts.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {events.length === 0 ? undefined : (
        <details>
          <summary>Events ({formatCount(events.length + hiddenEventCount)})</summary>
          <ul class="events">
            {events.map((event, index) => (
              <li key={index}>
                <span class="at">{clockText(event.atMs)}</span> <strong>{event.level}</strong> {event.message}
              </li>
            ))}
          </ul>
          {hiddenEventCount === 0 ? undefined : (
            <p class="none">{formatCount(hiddenEventCount)} more in the journal.</p>
          )}
        </details>
      )}
      <details>
        <summary>Spec, as it was resolved</summary>
        <pre>{run.specText}</pre>
      </details>
    </section>
  );
}

function Command({ text }: { readonly text: string }): JSX.Element {
  const isMounted = useIsMounted();
  const code = useRef<HTMLElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setIsCopied(true),
      () => {
        if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      },
    );
  };
  return (
    <div class="command">
      <code ref={code}>{text}</code>
      {isMounted ? (
        <button type="button" onClick={copy}>
          {isCopied ? "Copied" : "Copy"}
        </button>
      ) : undefined}
    </div>
  );
}
