import type { ComponentChildren, JSX } from "preact";
import { go } from "./route.ts";
import { addressOf, type Route } from "./route-address.ts";

interface Props {
  readonly to: Route;
  readonly children: ComponentChildren;
  readonly class?: string;
}

/** A link to a view of this page; another tab opens it as any link. */
export function PageLink({ to, children, class: style }: Props): JSX.Element {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a class={style} href={addressOf(to)} onClick={follow}>
      {children}
    </a>
  );
}
