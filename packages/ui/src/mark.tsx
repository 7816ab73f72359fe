import type { JSX } from "preact";

/** The Plimsoll line: a circle crossed by a bar. */
export function Mark({ sizePx }: { readonly sizePx: number }): JSX.Element {
  return (
    <svg class="mark" width={sizePx} height={sizePx} viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="9.5" />
      <path d="M1 16H31" />
    </svg>
  );
}
