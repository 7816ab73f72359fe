import { readFile } from "node:fs/promises";
import type { LiveUi } from "../live/page-options.ts";
import { PLAIN_UI } from "../live/plain-page.ts";

/** The built live page, read from beside this program; where it was not built, a plain list. */
export async function loadLiveUi(): Promise<LiveUi> {
  const asset = (name: string) => readFile(new URL(`./ui/${name}`, import.meta.url), "utf8");
  try {
    const [script, css] = await Promise.all([asset("live.js"), asset("live.css")]);
    return { script, css };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return PLAIN_UI;
    throw error;
  }
}
