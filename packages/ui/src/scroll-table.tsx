import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { CopyButtons, fileStem } from "./copy-buttons.tsx";
import { type Grid, gridCsv, gridMarkdown, shownGrid } from "./table-text.ts";

interface Props {
  readonly label: string;
  /** Shown above the table; without it the label names it to screen readers only. */
  readonly caption?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** The figures in full, for CSV: every digit, headings with the unit. */
  readonly exact: () => Grid;
}

/** A table that scrolls sideways by itself where the page is narrow, also by keyboard, and that can be copied. */
export function ScrollTable({ label, caption, children, class: style, exact }: Props): JSX.Element {
  const table = useRef<HTMLTableElement>(null);
  const shown = (): Grid => (table.current === null ? [] : shownGrid(table.current));
  const stem = fileStem(label);
  return (
    <div class="table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={label}>
        <table class={style} ref={table}>
          <caption class={caption === undefined ? "unseen" : undefined}>{caption ?? label}</caption>
          {children}
        </table>
      </section>
      <CopyButtons
        of={label}
        all={[
          { label: "CSV", type: "text/csv", fileName: `${stem}.csv`, make: () => gridCsv(exact()) },
          { label: "Markdown", type: "text/markdown", fileName: `${stem}.md`, make: () => gridMarkdown(shown()) },
        ]}
      />
    </div>
  );
}
