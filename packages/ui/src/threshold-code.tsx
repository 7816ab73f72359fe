import { Fragment, type JSX } from "preact";

/** A threshold as it is written. A line may end after the dot of a profile or task, and does not beside the sign. */
export function ThresholdCode({ expr }: { readonly expr: string }): JSX.Element {
  const kept = expr.replace(/ ([<>]=?) /g, "\u00a0$1\u00a0");
  return (
    <code>
      {kept.split(/(?<=\.)(?=\p{L})/u).map((part, index) => (
        <Fragment key={index}>
          {index === 0 ? undefined : <wbr />}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
