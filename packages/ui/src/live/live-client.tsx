/** Entry of `live.js`: exchanges the token of the address, then shows the page. */
import { render } from "preact";
import { App } from "./app.tsx";
import { followHistory } from "./route.ts";
import { enter, hasToken } from "./server.ts";

const root = document.getElementById("plimsoll");
if (root !== null) void start(root);

async function start(host: HTMLElement): Promise<void> {
  // Before any part of the page looks at the fragment: a server that was started anew is entered by a new one.
  addEventListener("hashchange", () => {
    if (hasToken()) void enter();
  });
  await enter();
  followHistory();
  render(<App />, host);
}
