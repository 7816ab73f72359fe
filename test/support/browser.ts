import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { onTestFinished } from "vitest";

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
