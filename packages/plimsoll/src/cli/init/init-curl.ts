import { PlimsollError } from "../../base/errors.ts";
import { exactJson } from "../../spec/flags.ts";
import { resolveWith } from "../../spec/references.ts";
import { escapeTemplate } from "../../spec/template.ts";
import { escapeInsertions } from "../../spec/text.ts";
import type { SpecInput } from "../../spec/written-spec.ts";
import { type CurlRequest, readCurl } from "./curl-arguments.ts";
import { exportNote, hideQuerySecrets, hideSecret } from "./secret-header.ts";
import { type InitResult, STARTING_LOAD, writeSpec } from "./written.ts";

/** Written by the transport, or meaningless for it. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "content-length",
  "accept-encoding",
  "expect",
  "te",
]);

type WrittenTask = SpecInput["tasks"][string];

/** A spec of the one request that a curl command makes. @throws USAGE when it names no URL */
export function initFromCurl(command: string): InitResult {
  if (!/^\s*(curl(\.exe)?\s|-|https?:)/.test(command)) {
    // A program's name; what else stands there may be a secret.
    const program = /^\s*([\w./-]{1,40})\s/.exec(command)?.[1];
    const what = program === undefined ? "" : `: it begins with "${program}"`;
    throw new PlimsollError("USAGE", `that is not a curl command${what}`, {
      hint: 'Write the same request for curl, quoted whole: --curl "curl http://127.0.0.1:8000/health"',
    });
  }
  const curl = readCurl(command);
  refuseForm(curl);
  const url = splitUrl(curl.urls[0] ?? "");
  if (url === undefined) {
    throw new PlimsollError("USAGE", "the curl command names no http URL", {
      hint: 'Quote the whole command: --curl "curl http://127.0.0.1:8000/health"',
    });
  }
  const variables: string[] = [];
  const path = hideQuerySecrets(escapeInsertions(withData(url.path, curl)));
  if (path.variable !== undefined) variables.push(path.variable);
  const headers = headersOf(curl, variables);
  const { body, bodyNotes, contentType } = bodyOf(curl);
  if (contentType !== undefined) headers["content-type"] ??= contentType;
  const method = curl.method?.toUpperCase() ?? (curl.data.length > 0 && !curl.isQuery ? "POST" : "GET");
  const userInfo = userInfoOf(curl.user ?? url.userInfo, variables);
  const task: WrittenTask = {
    ...requestOf(method, path.value),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...body,
  };
  const spec: SpecInput = {
    target: `${url.scheme}${userInfo}${url.host}`,
    tasks: { [`${method} ${path.value.split("?")[0]}`]: task },
    ...STARTING_LOAD,
    ...(curl.maxSeconds === undefined ? {} : { timeout: `${curl.maxSeconds}s` }),
    ...(curl.isInsecure ? { tls: { verify: false } } : {}),
    ...(curl.followsRedirects ? { redirects: "same-origin" as const } : {}),
  };
  const notes = [...exportNote(variables), ...bodyNotes, ...notesOf(curl)];
  return {
    yaml: writeSpec(spec, "From a curl command. Adjust the load and the promise, then: plimsoll run"),
    files: {},
    notes,
  };
}

/** Without its body it would be another request than the one asked for. */
function refuseForm({ ignored }: CurlRequest): void {
  if (ignored.includes("form") || ignored.includes("form-string")) {
    const hint =
      "Keep the body in a file and write the task by hand: post: /path, headers: { content-type: multipart/form-data; boundary=B }, file: body.bin.";
    throw new PlimsollError("USAGE", "the curl command sends a multipart form (-F), which init cannot write", { hint });
  }
  if (ignored.includes("upload-file")) {
    const hint = "Say it as: curl -X PUT --data-binary @FILE URL";
    throw new PlimsollError("USAGE", "the curl command uploads a file (-T), which init cannot write", { hint });
  }
}

function notesOf(curl: CurlRequest): readonly string[] {
  const notes: string[] = [];
  if (curl.urls.length > 1) notes.push(`Only the first of ${curl.urls.length} URLs was taken.`);
  if (curl.ignored.length > 0)
    notes.push(`Left out, as a spec cannot say it: ${[...new Set(curl.ignored)].join(", ")}.`);
  if (curl.isInsecure) notes.push("The certificate is not verified (-k).");
  return notes;
}

function requestOf(method: string, path: string): WrittenTask {
  switch (method) {
    case "GET":
      return { get: path };
    case "POST":
      return { post: path };
    case "PUT":
      return { put: path };
    case "PATCH":
      return { patch: path };
    case "DELETE":
      return { delete: path };
    default:
      return { method, path };
  }
}

function splitUrl(url: string) {
  const match = /^(https?:\/\/)?(?:((?:\$\{[^}]*\}|[^/?#@$])*)@)?((?:\$\{[^}]*\}|[^/?#])+)([^#]*)/i.exec(url.trim());
  if (match?.[3] === undefined) return undefined;
  const path = match[4] ?? "";
  return {
    scheme: match[1] ?? "http://",
    userInfo: match[2],
    host: match[3],
    path: path.startsWith("/") ? path : `/${path}`,
  };
}

/** With `-G` the data is part of the query. */
function withData(path: string, { isQuery, data }: CurlRequest): string {
  if (!isQuery || data.length === 0) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${data.map(dataText).join("&")}`;
}

function headersOf(curl: CurlRequest, variables: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  if (curl.data.some(({ option }) => option === "json")) headers["accept"] = "application/json";
  for (const header of curl.headers) {
    const colon = header.indexOf(":");
    const name = header.slice(0, colon).trim().toLowerCase();
    if (colon < 0 || name === "" || LEFT_OUT.has(name)) continue;
    const hidden = hideSecret(name, header.slice(colon + 1).trim());
    if (hidden.variable !== undefined) variables.push(hidden.variable);
    headers[name] = escapeInsertions(hidden.value);
  }
  return headers;
}

function userInfoOf(user: string | undefined, variables: string[]): string {
  if (user === undefined) return "";
  if (user.includes("${")) return `${user}@`;
  variables.push("API_USER", "API_PASSWORD");
  return "${API_USER}:${API_PASSWORD}@";
}

interface CurlBody {
  readonly body: WrittenTask;
  readonly bodyNotes: readonly string[];
  /** Unless a header says otherwise; undefined where the kind of body says it. */
  readonly contentType?: string;
}

function bodyOf(curl: CurlRequest): CurlBody {
  const [first] = curl.data;
  if (curl.isQuery || first === undefined) return { body: {}, bodyNotes: [] };
  if (curl.data.length === 1 && first.value.startsWith("@") && first.option !== "data-raw") {
    const file = first.value.slice(1);
    return {
      body: { file },
      bodyNotes: [`The body is read from ${file}, beside the spec.`],
      contentType: typeOf(first.option),
    };
  }
  const text = curl.data.map(dataText).join(first.option === "json" ? "" : "&");
  // A literal `${` stands escaped in `text`; `escapeTemplate` escapes by itself, so it gets the plain text.
  const hasReference = /(?<!\$)\$\{[A-Za-z_]\w*\}/.test(text);
  const json = exactJson(hasReference ? text : resolveWith(text, () => undefined));
  if (json !== undefined) return { body: { json: hasReference ? json : escapeTemplate(json) }, bodyNotes: [] };
  return { body: { text: escapeInsertions(text) }, bodyNotes: [], contentType: typeOf(first.option) };
}

/** What curl says of a body unless told otherwise. */
function typeOf(option: string): string {
  return option === "json" ? "application/json" : "application/x-www-form-urlencoded";
}

function dataText({ option, value }: CurlRequest["data"][number]): string {
  if (option !== "data-urlencode") return option === "data" ? value.replace(/[\r\n]/g, "") : value;
  const [name, content] = value.split(/=(.*)/s);
  return content === undefined
    ? encodeURIComponent(value)
    : `${name === "" ? "" : `${name}=`}${encodeURIComponent(content)}`;
}
