import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, onTestFinished } from "vitest";

const CHROMIUM = process.env["PLIMSOLL_CHROMIUM"] ?? "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** For `testNeeding`: is there a browser, and what to install where there is none. */
export const HAS_CHROMIUM = existsSync(CHROMIUM);
export const CHROMIUM_NEED = "Chromium (Debian: apt-get install chromium), or PLIMSOLL_CHROMIUM=/path/to/it";

/** A headless Chromium, the caller's to close. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

/** One that is closed when the test is over. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  return browser;
}

/** One for all tests of a file, whose pages go with each test. @throws before the first of them where there is none */
export function browserOfFile(): { readonly browser: Browser } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!HAS_CHROMIUM) throw new Error(`no browser here: install ${CHROMIUM_NEED}`);
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });
  return {
    get browser() {
      if (browser === undefined) throw new Error("the browser opens before the first test");
      return browser;
    },
  };
}
