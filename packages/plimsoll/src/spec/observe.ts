import { type Path, type Problems, show } from "./problems.ts";
import { readHeaders, readPath } from "./request-fields.ts";
import type { Observe, ObservedMetric, Text } from "./spec.ts";
import { splitTarget } from "./substitution.ts";
import { readTarget } from "./target.ts";
import type { WrittenObserve } from "./written-observe.ts";

const DEFAULT_EVERY_MS = 1000;
const DEFAULT_PATH = "/metrics";
const NO_DRAWS = { tables: new Map(), captured: new Set<string>() } as const;

/** Where the target tells of itself and what is read there; a path alone is one on the target's own host. */
export function readObserve(written: WrittenObserve, target: string, problems: Problems): Observe {
  const place = ["observe", "prometheus"];
  const { origin, path } = splitUrl(written.prometheus, target);
  const headers = readHeaders(written.headers ?? {}, ["observe", "headers"], { problems, ...NO_DRAWS });
  const fixed = (text: Text, at: Path) => fixedText(text, at, problems);
  return {
    origin: readTarget(origin, place, problems),
    path: fixed(readPath(path, place, { problems, ...NO_DRAWS }), place),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name, fixed(text, ["observe", "headers", name])]),
    ),
    everyMs: written.every ?? DEFAULT_EVERY_MS,
    metrics: readMetrics(written.metrics, problems),
  };
}

interface SplitUrl {
  /** Scheme, user info and host. */
  readonly origin: string;
  readonly path: string;
}

function splitUrl(written: string, target: string): SplitUrl {
  if (written.startsWith("/")) return { origin: originOf(target), path: written };
  const split = splitTarget(written) ?? { scheme: /^[a-z][a-z0-9+.-]*:\/\//i.exec(written)?.[0] ?? "", userInfo: "" };
  const rest = "rest" in split ? split.rest : written.slice(split.scheme.length);
  const end = rest.search(/[/?#]/);
  const host = end < 0 ? rest : rest.slice(0, end);
  const after = end < 0 ? "" : rest.slice(end);
  const userInfo = split.userInfo === "" ? "" : `${split.userInfo}@`;
  const path = after === "" || after === "/" ? DEFAULT_PATH : after;
  return { origin: split.scheme + userInfo + host, path: path.startsWith("/") ? path : `/${path}` };
}

/** Without user info: the target's credentials are for what is asked of it under load. */
function originOf(target: string): string {
  const split = splitTarget(target);
  const bare = split === undefined ? target : split.scheme + split.rest;
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(bare)?.[0] ?? bare;
}

function fixedText(text: Text, place: Path, problems: Problems): string {
  if (text.some((part) => typeof part !== "string")) {
    problems.add(place, "holds an insertion; expected a fixed text, since nothing is drawn for a scrape");
  }
  return text.filter((part) => typeof part === "string").join("");
}

function readMetrics(written: WrittenObserve["metrics"], problems: Problems): readonly ObservedMetric[] {
  const seen = new Set<string>();
  return written.map((entry, index) => {
    const more = typeof entry === "string" ? { metric: entry } : entry;
    const name = more.name ?? more.metric;
    if (seen.has(name)) {
      problems.add(["observe", "metrics", index], `${show(name)} is observed twice; expected a name of its own`, {
        hint: "Give one of them another name: {name: gpu_1, metric: …}.",
      });
    }
    seen.add(name);
    return {
      name,
      metric: more.metric,
      labels: more.labels ?? {},
      take: more.take ?? "sum",
      ...(more.full === undefined ? {} : { full: more.full }),
    };
  });
}
