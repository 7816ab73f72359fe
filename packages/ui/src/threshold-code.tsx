import { Fragment, type JSX } from "preact";
import { Whole } from "./sentence.tsx";

/** A threshold as it is written. A line may end after the dot of a profile or task, and does not beside the sign. */
export function ThresholdCode({ expr }: { readonly expr: string }): JSX.Element {
  return (
    <code>
      <Whole text={expr} rest={dotted} />
    </code>
  );
}

function dotted(text: string): JSX.Element {
  return (
    <>
      {text.split(/(?<=\.)(?=\p{L})/u).map((part, index) => (
        <Fragment key={index}>
          {index === 0 ? undefined : <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
