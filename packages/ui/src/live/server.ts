/** What the page asks of its server: the session behind the printed token, reads, and writes as JSON. */
import { signal } from "@preact/signals";
import type { ErrorBody } from "../../../plimsoll/src/live/live-event.ts";

/** Why an answer is none; shown as it is. */
export interface Problem {
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number;
  readonly message: string;
  readonly hint: string | undefined;
  readonly problems: readonly string[];
}

export type Answer<T> =
  | { readonly isOk: true; readonly value: T }
  | { readonly isOk: false; readonly problem: Problem };

/** True while the server knows no session of this browser: it was started anew, or another address is open. */
export const isSignedOut = signal(false);

/** Kept in memory alone: a server that was given a token of its owner takes it again after a start. */
let token: string | undefined;

/** Takes the token out of the address, where it would stay in the history, and exchanges it. */
export async function enter(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1)).get("t");
  if (given === null) return;
  token = given;
  history.replaceState(history.state, "", location.pathname + location.search);
  isSignedOut.value = !(await exchange());
}

/** Whether the address in the bar holds a token that was not taken yet. */
export function hasToken(): boolean {
  return new URLSearchParams(location.hash.slice(1)).has("t");
}

async function exchange(): Promise<boolean> {
  if (token === undefined) return false;
  const answer = await ask("POST", "/api/session", { token });
  if (answer?.status === 403) token = undefined;
  return answer?.ok === true;
}

/** What a route answers; its type is that of the route in `live-event.ts`. */
export function read<T>(path: string): Promise<Answer<T>> {
  return call("GET", path);
}

/** Orders something; the body of the answer, if it has one. */
export function write<T = undefined>(method: "POST" | "DELETE", path: string, body: object): Promise<Answer<T>> {
  return call(method, path, body);
}

async function call<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
  let answer = await ask(method, path, body);
  if (answer?.status === 401 && (await exchange())) answer = await ask(method, path, body);
  if (answer === undefined) return failed(0, "the page's server does not answer");
  isSignedOut.value = answer.status === 401;
  const text = await answer.text().catch(() => "");
  if (!answer.ok) return problemOf(answer.status, text);
  // Made by the server that sent this page, in the shape its route names.
  return { isOk: true, value: text === "" ? undefined : JSON.parse(text) };
}

async function ask(method: string, path: string, body?: object): Promise<Response | undefined> {
  const json =
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return fetch(path, { method, ...json }).catch(() => undefined);
}

function problemOf<T>(status: number, text: string): Answer<T> {
  try {
    const { error }: ErrorBody = JSON.parse(text);
    const { message, hint, problems = [] } = error;
    return { isOk: false, problem: { status, message, hint, problems } };
  } catch {
    return failed(status, `the page's server answered ${status}`);
  }
}

function failed<T>(status: number, message: string): Answer<T> {
  return { isOk: false, problem: { status, message, hint: undefined, problems: [] } };
}
