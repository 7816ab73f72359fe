import type { JSX } from "preact";
import type { Problem } from "./server.ts";

/** A refusal in the server's own words; spoken at once. */
export function ProblemNote({ problem }: { readonly problem: Problem | undefined }): JSX.Element {
  return (
    <div role="alert">
      {problem === undefined ? undefined : (
        <div class="problem">
          <p>
            <span aria-hidden="true">✗</span> {problem.message}
          </p>
          {problem.problems.length === 0 ? undefined : (
            <ul>
              {problem.problems.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          )}
          {problem.hint === undefined ? undefined : <p class="note">{problem.hint}</p>}
        </div>
      )}
    </div>
  );
}
