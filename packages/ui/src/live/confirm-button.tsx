import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  readonly label: string;
  /** Full name of the button where the label alone does not tell of what. */
  readonly name?: string;
  /** `Delete the files of this run for good?` */
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly isDisabled?: boolean;
  readonly onConfirm: () => void;
}

/** A button that asks once more, in its place. The keyboard stands on the harmless answer first; Escape gives it. */
export function ConfirmButton({ label, name, question, yes, no, isDisabled = false, onConfirm }: Props): JSX.Element {
  const [isAsking, setIsAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const harmless = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  // Before the next key: the button that had the keyboard is gone.
  useLayoutEffect(() => {
    if (isAsking) harmless.current?.focus();
    else if (wasAsking.current) first.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking) {
    return (
      <button type="button" ref={first} aria-label={name} disabled={isDisabled} onClick={() => setIsAsking(true)}>
        {label}
      </button>
    );
  }
  const confirm = (): void => {
    setIsAsking(false);
    onConfirm();
  };
  return (
    <fieldset class="confirm" onKeyDown={({ key }) => key === "Escape" && setIsAsking(false)}>
      <legend>{question}</legend>
      <button type="button" ref={harmless} onClick={() => setIsAsking(false)}>
        {no}
      </button>
      <button type="button" class="is-grave" onClick={confirm}>
        {yes}
      </button>
    </fieldset>
  );
}
