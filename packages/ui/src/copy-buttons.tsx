import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useIsMounted } from "./use-is-mounted.ts";

/** Something that can be taken away: text, or a picture. */
export interface Copyable {
  /** On the button: `CSV`. */
  readonly label: string;
  readonly fileName: string;
  readonly type: "text/csv" | "text/markdown" | "image/png";
  /** Made only when it is asked for. */
  readonly make: () => string | Promise<Blob>;
}

interface Props {
  /** What is copied, for the buttons' names: `Response time`. */
  readonly of: string;
  readonly all: readonly Copyable[];
}

const TOLD_MS = 1500;

/** A small button a form; without JavaScript there are none. */
export function CopyButtons({ of, all }: Props): JSX.Element | null {
  const isMounted = useIsMounted();
  const [told, setTold] = useState<{ readonly label: string; readonly how: "copied" | "saved" }>();
  useEffect(() => {
    if (told === undefined) return undefined;
    const timer = setTimeout(() => setTold(undefined), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);
  if (!isMounted) return null;
  return (
    <span class="copy">
      {all.map((one) => (
        <button
          key={one.label}
          type="button"
          aria-label={`Copy ${of} as ${one.label}`}
          onClick={() => void take(one).then((how) => setTold({ label: one.label, how }))}
        >
          {told?.label === one.label ? told.how : one.label}
        </button>
      ))}
      <span class="unseen" role="status">
        {told === undefined ? "" : `${of}: ${told.label} ${told.how}`}
      </span>
    </span>
  );
}

/** Onto the clipboard, else, where the browser refuses, into a file. */
async function take({ make, type, fileName }: Copyable): Promise<"copied" | "saved"> {
  const made = make();
  try {
    if (typeof made === "string") await navigator.clipboard.writeText(made);
    else await navigator.clipboard.write([new ClipboardItem({ [type]: made })]);
    return "copied";
  } catch {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(typeof made === "string" ? new Blob([made], { type }) : await made);
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return "saved";
  }
}

/** `Response time, spike` → `response-time-spike`: a file name without anything that could be a path. */
export function fileStem(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 60) || "plimsoll"
  );
}
