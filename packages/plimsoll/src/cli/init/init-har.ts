import { PlimsollError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { exactJson } from "../../spec/flags.ts";
import { at, atPath } from "../../spec/problems.ts";
import { escapeTemplate } from "../../spec/template.ts";
import type { SpecInput } from "../../spec/written-spec.ts";
import { exportNote, hideQuerySecrets, hideSecret, literalText } from "./secret-header.ts";
import { type InitResult, STARTING_LOAD, writeSpec } from "./written.ts";

const MAX_TASKS = 50;
const STATIC_FILE = /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|mp4|webm)$/i;
/** Headers of a recording that belong to the request, not to the browser or the connection. */
const KEPT_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "content-type",
  "authorization",
  "x-api-key",
  "api-key",
  "x-auth-token",
]);

type WrittenTask = SpecInput["tasks"][string];

interface Recorded {
  readonly method: string;
  readonly url: URL;
  readonly request: unknown;
}

/**
 * A spec of the API calls in a HAR recording: those to the host called most, static files left out, each kind
 * weighted by how often it was made.
 *
 * @throws USAGE when it is no HAR, or has no calls
 */
export function initFromHar(text: string): InitResult {
  const calls = readEntries(text).filter(({ url }) => !STATIC_FILE.test(url.pathname));
  const origin = mostFrequent(calls.map(({ url }) => url.origin));
  if (origin === undefined) throw new PlimsollError("USAGE", "the recording holds no API calls", { hint: HINT });
  const variables: string[] = [];
  const tasks: Record<string, WrittenTask> = {};
  const counts = new Map<string, number>();
  const own = calls.filter(({ url }) => url.origin === origin);
  for (const call of own) {
    const name = literalText(`${call.method} ${call.url.pathname}`).slice(0, 200);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (Object.hasOwn(tasks, name) || Object.keys(tasks).length >= MAX_TASKS) continue;
    tasks[name] = taskOf(call, variables);
  }
  for (const [name, task] of Object.entries(tasks)) tasks[name] = { weight: counts.get(name) ?? 1, ...task };
  const spec: SpecInput = { target: origin, tasks, ...STARTING_LOAD };
  const leftOut = calls.length - own.length;
  const notes = [
    ...exportNote(variables),
    ...(leftOut > 0 ? [`${leftOut} calls to other hosts were left out.`] : []),
    ...(counts.size > MAX_TASKS ? [`Only the first ${MAX_TASKS} of ${counts.size} kinds of call were taken.`] : []),
    "Recorded values are sent as they were: replace what must differ by {{pick …}}, {{uuid}} and so on.",
  ];
  return {
    yaml: writeSpec(spec, "From a HAR recording. Adjust the load and the promise, then: plimsoll run"),
    files: {},
    notes,
  };
}

const HINT = "In the browser's network panel: save all as HAR with content.";

function readEntries(text: string): readonly Recorded[] {
  const entries = atPath(parseJson(text), ["log", "entries"]);
  if (!Array.isArray(entries))
    throw new PlimsollError("USAGE", "the file is not a HAR recording (no log.entries)", { hint: HINT });
  return entries.flatMap((entry: unknown) => {
    const request = at(entry, "request");
    const [method, address] = [at(request, "method"), at(request, "url")];
    if (typeof method !== "string" || typeof address !== "string" || !/^[A-Za-z]{1,20}$/.test(method)) return [];
    if (!/^https?:/i.test(address) || !URL.canParse(address)) return [];
    return [{ method: method.toUpperCase(), url: new URL(address), request }];
  });
}

function taskOf({ method, url, request }: Recorded, variables: string[]): WrittenTask {
  const path = hideQuerySecrets(literalText(url.pathname + url.search));
  if (path.variable !== undefined) variables.push(path.variable);
  const headers: Record<string, string> = {};
  const list = at(request, "headers");
  for (const header of Array.isArray(list) ? list : []) {
    const [name, value] = [at(header, "name"), at(header, "value")];
    if (typeof name !== "string" || typeof value !== "string" || !KEPT_HEADERS.has(name.toLowerCase())) continue;
    if (/[^\t\x20-\x7e]/.test(value)) continue;
    const hidden = hideSecret(name.toLowerCase(), literalText(value));
    if (hidden.variable !== undefined) variables.push(hidden.variable);
    headers[name.toLowerCase()] = hidden.value;
  }
  return { method, path: path.value, ...(Object.keys(headers).length > 0 ? { headers } : {}), ...bodyOf(request) };
}

function bodyOf(request: unknown): WrittenTask {
  const text = atPath(request, ["postData", "text"]);
  if (typeof text !== "string" || text === "") return {};
  const json = exactJson(text);
  return json === undefined ? { text: literalText(text) } : { json: escapeTemplate(json) };
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0];
}
