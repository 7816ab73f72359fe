import { Fragment, type JSX } from "preact";
import { keptTogether } from "./words.ts";

/** A threshold from its metric on, such as `p95 < 500ms`, or a flag, which a browser would break after its dashes. */
const WHOLE =
  /(\p{L}[\p{L}\p{N}._]{0,60} ?[<>]=? ?\d[\d.]*(?: ?(?:%|ms|s|m|h|\/s|\/min)(?![\p{L}\p{N}]))?|--\p{L}[\p{L}-]*)/u;

/** A sentence of which no line ends within a threshold, a flag, or between a number and its unit. */
export function Sentence({ text }: { readonly text: string }): JSX.Element {
  return <Whole text={text} rest={keptTogether} />;
}

interface Props {
  readonly text: string;
  /** What becomes of the text between. */
  readonly rest: (text: string) => JSX.Element | string;
}

/** Thresholds and flags kept on one line by style alone: who copies the text gets ordinary blanks. */
export function Whole({ text, rest }: Props): JSX.Element {
  return (
    <>
      {text.split(WHOLE).map((part, index) => (
        <Fragment key={index}>{index % 2 === 0 ? rest(part) : <span class="whole">{part}</span>}</Fragment>
      ))}
    </>
  );
}
