/** A browser in front of the live page, as somebody who opens the printed address. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page as BrowserPage } from "playwright-core";
import type { Page } from "./live-page.ts";

export interface LiveView {
  readonly page: BrowserPage;
  /** What the browser complained of, and requests that went elsewhere. */
  readonly complaints: string[];
}

export interface LiveViewOptions extends BrowserContextOptions {
  /** Leads to one of the page's views. */
  readonly query?: string;
  /** Runs before any script of the page. */
  readonly initScript?: string;
}

/** Opens the page by the address that it printed. */
export async function openLiveView(
  browser: Browser,
  server: Pick<Page, "origin" | "token">,
  { query = "", initScript, ...options }: LiveViewOptions = {},
): Promise<LiveView> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  if (initScript !== undefined) await context.addInitScript(initScript);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.origin) && !/^(?:data|blob):/.test(url)) complaints.push(`asked for ${url}`);
  });
  await page.goto(addressOf(server, query));
  return { page, complaints };
}

/** The address as it is printed, of one of the views. */
export function addressOf({ origin, token }: Pick<Page, "origin" | "token">, query = ""): string {
  return `${origin}/${query}#t=${token}`;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_FAULTS = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.target.join(" ") + ": " + node.failureSummary)))`;

/** What axe finds wrong for those who do not see the page, or do not use a mouse. */
export async function axeFaults(page: BrowserPage): Promise<unknown> {
  await page.evaluate(AXE);
  return page.evaluate(AXE_FAULTS);
}
