/** Which of its views the page shows. */
import { computed, signal } from "@preact/signals";
import { addressOf, type Route, routeOf } from "./route-address.ts";

const search = signal(location.search);

/** The view of the address as it is now. */
export const route = computed(() => routeOf(search.value));

/** Shows a view; `isSame`: the one that is shown, told more exactly. */
export function go(wanted: Route, { isSame = false }: { readonly isSame?: boolean } = {}): void {
  const address = addressOf(wanted);
  if (isSame) history.replaceState(history.state, "", address);
  else history.pushState(undefined, "", address);
  search.value = location.search;
}

/** Follows the browser's way back and forth. */
export function followHistory(): void {
  addEventListener("popstate", () => {
    search.value = location.search;
  });
}
