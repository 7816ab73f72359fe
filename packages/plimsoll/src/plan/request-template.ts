/**
 * A step of a task, compiled: all that never changes is text already, so that a request costs its draws and one
 * concatenation. Environment references become bytes here and nowhere else.
 */
import { decodeBase64, encodeBase64 } from "../spec/base64.ts";
import { resolveWith } from "../spec/references.ts";
import type { Body, Step, Text } from "../spec/spec.ts";
import { splitTarget } from "../spec/substitution.ts";
import type { RenderContext } from "./request-template-draw.ts";
import { formText, headerText, pathText, rawText, urlText } from "./request-template-encoding.ts";
import {
  type Fragment,
  type FragmentScope,
  joinFragments,
  jsonFragments,
  textFragments,
} from "./request-template-fragment.ts";

export type { RenderContext } from "./request-template-draw.ts";

/** A request of one step, ready to be drawn. */
export interface RequestTemplate {
  readonly name: string;
  readonly method: string;
  /** True when every request is the same; `render` then returns the same object each time. */
  readonly isStatic: boolean;
  /** Draws path, headers and body in this order from the context's stream. Hot path. */
  render(context: RenderContext): RenderedRequest;
}

export interface RenderedRequest {
  /** With base path and query, encoded, such as `/v1/embed?x=1`. */
  readonly path: string;
  /** `"a: 1\r\nb: 2\r\n"`; Host and length are the transport's. */
  readonly headers: string;
  readonly body: string | Uint8Array | undefined;
}

/** What a step's request takes from its spec, and where `${NAME}` is looked up. */
export interface RequestScope extends FragmentScope {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent unless the spec gives its own. */
  readonly userAgent?: string;
}

const HEADER = { literal: headerText, value: headerText } as const;

/**
 * Headers of the step go before those of the spec, and both before what is filled in: content-type by the kind of
 * body, authorization (Basic) from the target's user info, user-agent.
 */
export function compileRequest(step: Step, scope: RequestScope): RequestTemplate {
  const path = joinFragments(pathFragments(step, scope));
  const headers = joinFragments(headerFragments(step, scope));
  const body = compileBody(step.body, scope);
  const { name, method } = step;
  if (typeof path === "string" && typeof headers === "string" && typeof body !== "function") {
    const request: RenderedRequest = { path, headers, body };
    return { name, method, isStatic: true, render: () => request };
  }
  const render = (context: RenderContext): RenderedRequest => ({
    path: typeof path === "string" ? path : path(context),
    headers: typeof headers === "string" ? headers : headers(context),
    body: typeof body === "function" ? body(context) : body,
  });
  return { name, method, isStatic: false, render };
}

function pathFragments(step: Step, scope: RequestScope): readonly Fragment[] {
  const path = textFragments(step.path, { literal: pathText, value: urlText }, scope);
  const hasQuery = step.path.some((part) => typeof part === "string" && part.includes("?"));
  const query = Object.entries(step.query).flatMap(([name, text], index): readonly Fragment[] => [
    index > 0 || hasQuery ? "&" : "?",
    `${urlText(name)}=`,
    ...textFragments(text, { literal: urlText, value: urlText }, scope),
  ]);
  return [basePathOf(scope.target), ...path, ...query];
}

function headerFragments(step: Step, scope: RequestScope): readonly Fragment[] {
  const texts = new Map<string, Text>(Object.entries(scope.headers).map(([name, value]) => [name, [value]]));
  for (const [name, text] of Object.entries(step.headers)) texts.set(name, text);
  const written = [...texts].flatMap(([name, text]): readonly Fragment[] => [
    `${name}: `,
    ...textFragments(text, HEADER, scope),
    "\r\n",
  ]);
  const filled = Object.entries(filledHeaders(step.body, scope)).flatMap(([name, value]) =>
    value === undefined || texts.has(name) ? [] : [`${name}: ${headerText(value)}\r\n`],
  );
  return [...written, ...filled];
}

function filledHeaders(body: Body | undefined, { target, resolve, userAgent }: RequestScope) {
  const userInfo = splitTarget(target)?.userInfo;
  const credentials = userInfo === undefined ? undefined : new TextEncoder().encode(credentialsOf(userInfo, resolve));
  return {
    "content-type": contentTypeOf(body),
    authorization: credentials === undefined ? undefined : `Basic ${encodeBase64(credentials)}`,
    "user-agent": userAgent,
  };
}

/** `user:password`, percent-encoding undone where the author wrote it; a variable's value is taken as it is. */
function credentialsOf(userInfo: string, resolve: RequestScope["resolve"]): string {
  const isPlain = !userInfo.includes("${");
  try {
    return isPlain ? decodeURIComponent(userInfo) : resolveWith(userInfo, resolve);
  } catch {
    return userInfo;
  }
}

function contentTypeOf(body: Body | undefined): string | undefined {
  switch (body?.kind) {
    case "json":
      return "application/json";
    case "form":
      return "application/x-www-form-urlencoded";
    case "text":
    case "file":
      return body.contentType;
    case undefined:
      return undefined;
  }
}

function compileBody(body: Body | undefined, scope: RequestScope): Fragment | Uint8Array | undefined {
  switch (body?.kind) {
    case "json":
      return joinFragments(jsonFragments(body.template, scope));
    case "text":
      return joinFragments(textFragments(body.text, { literal: rawText, value: rawText }, scope));
    case "form":
      return joinFragments(formFragments(body, scope));
    case "file":
      return decodeBase64(body.base64);
    case undefined:
      return undefined;
  }
}

function formFragments({ fields }: Extract<Body, { kind: "form" }>, scope: RequestScope): readonly Fragment[] {
  return fields.flatMap(([name, text], index): readonly Fragment[] => [
    `${index > 0 ? "&" : ""}${formText(name)}=`,
    ...textFragments(text, { literal: formText, value: formText }, scope),
  ]);
}

function basePathOf(target: string): string {
  const match = /^[a-z]+:\/\/(?:(?:\$\{[^}]*\}|[^/?#@$])*@)?[^/?#]*([^?#]*)/i.exec(target);
  return (match?.[1] ?? "").replace(/\/+$/, "");
}
