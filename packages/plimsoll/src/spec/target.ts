import { type Path, type Problems, show } from "./problems.ts";
import { splitTarget } from "./substitution.ts";

const EXPECTED = "expected a URL such as http://127.0.0.1:8000";

/** Scheme, user info, host, port and base path of a target, without a slash at its end. */
export function readTarget(written: string, path: Path, problems: Problems): string {
  const split = splitTarget(written);
  const bare = split === undefined ? written : split.scheme + split.rest;
  const url = parseUrl(bare);
  if (url === undefined || url.hostname === "") {
    const hint = /^[\w.-]+:\d+/.test(written) ? { hint: `Write http://${written}.` } : {};
    problems.add(path, `${show(bare)} is not a URL; ${EXPECTED}`, hint);
    return written;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    problems.add(path, `${show(url.protocol)} is not spoken; expected http or https`);
  }
  if (url.search !== "" || url.hash !== "") {
    problems.add(path, `${show(bare)} has a query or a fragment; ${EXPECTED}, and the query in the tasks`);
  }
  const userInfo = split === undefined ? "" : `${split.userInfo}@`;
  return `${url.protocol}//${userInfo}${url.host}${url.pathname.replace(/\/+$/, "")}`;
}

/** Host and port of a target, for a spec that has no name. */
export function hostOf(target: string): string {
  const split = splitTarget(target);
  return parseUrl(split === undefined ? target : split.scheme + split.rest)?.host ?? "load test";
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
