import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import { makeFolder } from "../records/journal-file.ts";
import type { Console } from "./console.ts";
import { initBare } from "./init/init-bare.ts";
import { initFromCurl } from "./init/init-curl.ts";
import { initFromHar } from "./init/init-har.ts";
import { initFromOpenapi } from "./init/init-openapi.ts";
import type { InitResult } from "./init/written.ts";

/** Where an OpenAPI file is taken to be served when it names no server. */
const DEFAULT_TARGET = "http://127.0.0.1:8000";
const FETCH_TIMEOUT_MS = 10_000;
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

export interface InitFlags {
  readonly curl?: string;
  readonly openapi?: string;
  readonly har?: string;
  readonly out: string;
  readonly force?: boolean;
}

/** `plimsoll init`: writes a spec that runs, and the data files it names. @throws USAGE SPEC_UNREADABLE */
export async function initCommand(flags: InitFlags, console: Console): Promise<number> {
  const result = await initFrom(flags);
  const files = filesOf(result, flags.out);
  const taken = [...files.keys()].filter((path) => existsSync(path));
  if (taken.length > 0 && flags.force !== true)
    throw new PlimsollError("USAGE", `${taken.join(", ")} is already there`, {
      hint: "Give another --out, or --force to overwrite.",
    });
  for (const [path, text] of files) {
    await makeFolder(dirname(path));
    await writeFile(path, text);
  }
  const written = [...files.keys()];
  if (console.isJson) console.out(`${JSON.stringify({ files: written, notes: result.notes })}\n`);
  else console.out(`wrote ${written.join(", ")}\n${nextSteps(flags.out)}`);
  for (const note of result.notes) console.note(`· ${note}\n`);
  return 0;
}

function nextSteps(spec: string): string {
  return `next: plimsoll run${spec === "plimsoll.yaml" ? "" : ` ${spec}`}\n`;
}

async function initFrom(flags: InitFlags): Promise<InitResult> {
  const given = [flags.curl, flags.openapi, flags.har].filter((source) => source !== undefined);
  if (given.length > 1) throw new PlimsollError("USAGE", "give one of --curl, --openapi and --har");
  if (flags.curl !== undefined) return initFromCurl(flags.curl);
  if (flags.har !== undefined) return initFromHar(readDocument(flags.har));
  if (flags.openapi === undefined) return initBare();
  const isUrl = /^https?:\/\//.test(flags.openapi);
  const text = isUrl ? await fetchDocument(flags.openapi) : readDocument(flags.openapi);
  return initFromOpenapi(text, isUrl ? flags.openapi : DEFAULT_TARGET);
}

function filesOf(result: InitResult, out: string): Map<string, string> {
  const files = new Map([[out, result.yaml]]);
  for (const [name, text] of Object.entries(result.files)) files.set(join(dirname(out), name), text);
  return files;
}

function readDocument(path: string): string {
  try {
    return readFileSync(resolve(path), "utf8");
  } catch (cause) {
    throw new PlimsollError(
      "SPEC_UNREADABLE",
      `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

/** One document from where the user said; its size and time are bounded, redirects are not followed. */
async function fetchDocument(url: string): Promise<string> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const text = await response.text();
    if (text.length > MAX_DOCUMENT_BYTES) throw new Error("it is longer than 16 MiB");
    return text;
  } catch (cause) {
    throw new PlimsollError(
      "SPEC_UNREADABLE",
      `${url} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}
