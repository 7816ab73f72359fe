import type { ComponentChildren, JSX } from "preact";

interface Props {
  readonly label: string;
  /** Shown above the table; without it the label names it to screen readers only. */
  readonly caption?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}

/** A table that scrolls sideways by itself where the page is narrow, also by keyboard. */
export function ScrollTable({ label, caption, children, class: style }: Props): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={label}>
      <table class={style}>
        <caption class={caption === undefined ? "unseen" : undefined}>{caption ?? label}</caption>
        {children}
      </table>
    </section>
  );
}
