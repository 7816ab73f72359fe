/**
 * Who may ask the page's server what: decided on the request's head alone, before anything is routed, so that a route
 * cannot forget it. Deny by default: all but `PUBLIC` needs the session's cookie.
 */
import { isSameToken } from "./session-token.ts";

/** A request's head, as it came. */
export interface RequestHead {
  readonly method: string;
  /** Request target as sent, such as `/api/runs?q=x`. */
  readonly target: string;
  /** Names and values by turns, as sent. */
  readonly rawHeaders: readonly string[];
  readonly isPeerLoopback: boolean;
}

/** What the server was started with. */
export interface AccessPolicy {
  readonly scheme: "http" | "https";
  /** Every Host that is answered, exactly, such as `127.0.0.1:8089`. */
  readonly hosts: ReadonlySet<string>;
  readonly cookieName: string;
  /** Value of the cookie; new at each start. */
  readonly session: string;
}

/** An answer that is given instead of the one asked for. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 421;
  readonly message: string;
}

/** Longest body of a write. */
export const MAX_BODY_BYTES = 16 * 1024;
const MAX_TARGET_LENGTH = 2048;
const WRITES: ReadonlySet<string> = new Set(["POST", "DELETE"]);
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=utf-8)?$/i;

/** The shell, which holds no data, the exchange of the token, and what a scraper reads from this machine. */
const PUBLIC: ReadonlySet<string> = new Set(["GET /", "GET /live.js", "GET /live.css", "POST /api/session"]);

/** Why the request is refused; undefined when it may be routed. */
export function refusalOf(head: RequestHead, policy: AccessPolicy): Refusal | undefined {
  const headers = headersOf(head.rawHeaders);
  return (
    refusedTarget(head) ??
    refusedHost(headers, policy) ??
    refusedOrigin(head, headers, policy) ??
    refusedSession(head, headers, policy) ??
    refusedBody(head, headers)
  );
}

function refusedTarget({ method, target }: RequestHead): Refusal | undefined {
  if (method !== "GET" && !WRITES.has(method)) return { status: 405, message: "GET, POST and DELETE are answered" };
  const isPath = target.startsWith("/") && !target.startsWith("//") && target.length <= MAX_TARGET_LENGTH;
  return isPath ? undefined : { status: 400, message: "the request target is no path, or too long" };
}

/** An exact match keeps a name that an attacker lets point here (DNS rebinding) out. */
function refusedHost(headers: Headers, { hosts }: AccessPolicy): Refusal | undefined {
  const [host, ...others] = headers.get("host") ?? [];
  if (host !== undefined && others.length === 0 && hosts.has(host.toLowerCase())) return undefined;
  return { status: 421, message: "this Host is not served here" };
}

/** Browsers send no Origin with reads of the same origin, so there it only must not be another's. */
function refusedOrigin({ method }: RequestHead, headers: Headers, { scheme }: AccessPolicy): Refusal | undefined {
  const own = `${scheme}://${headers.get("host")?.[0]?.toLowerCase() ?? ""}`;
  const origins = headers.get("origin") ?? [];
  const isMissing = WRITES.has(method) && origins.length === 0;
  if (isMissing || origins.some((origin) => origin !== own))
    return { status: 403, message: "the Origin is not this page's" };
  const sites = headers.get("sec-fetch-site") ?? [];
  if (sites.every((site) => site === "same-origin" || site === "none")) return undefined;
  return { status: 403, message: "another site asks; open the printed address in the address bar" };
}

function refusedSession(head: RequestHead, headers: Headers, policy: AccessPolicy): Refusal | undefined {
  const [path = ""] = head.target.split("?");
  if (PUBLIC.has(`${head.method} ${path}`)) return undefined;
  // What a scraper cannot do is send a cookie; whoever is on this machine may read it.
  if (path === "/metrics")
    return head.method === "GET" && head.isPeerLoopback ? undefined : { status: 404, message: "not found" };
  const cookies = (headers.get("cookie") ?? []).flatMap((line) => line.split(";")).map((pair) => pair.trim());
  const isOpen = cookies.some((cookie) => {
    const name = `${policy.cookieName}=`;
    return cookie.startsWith(name) && isSameToken(cookie.slice(name.length), policy.session);
  });
  return isOpen ? undefined : { status: 401, message: "no session; open the address that plimsoll ui printed" };
}

function refusedBody({ method }: RequestHead, headers: Headers): Refusal | undefined {
  if (!WRITES.has(method)) return undefined;
  const types = headers.get("content-type") ?? [];
  if (types.length !== 1 || !JSON_TYPE.test(types[0] ?? ""))
    return { status: 415, message: "writes carry application/json" };
  const lengths = headers.get("content-length") ?? [];
  const isTooLong = lengths.some((length) => !(Number(length) <= MAX_BODY_BYTES));
  return isTooLong ? { status: 413, message: `a body holds at most ${MAX_BODY_BYTES} bytes` } : undefined;
}

/** Values by name in lower case, repeated ones apart: what Node joins or drops must not decide who gets in. */
type Headers = ReadonlyMap<string, readonly string[]>;

function headersOf(raw: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]!.toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(raw[index + 1]!);
    headers.set(name, values);
  }
  return headers;
}
