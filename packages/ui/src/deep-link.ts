/** The view in the page's address: `#task=embed&profile=spike&from=12&to=30.5`. */
import type { TimeRange } from "./zoom.ts";

/** What a link shows; what is undefined is not told. */
export interface Place {
  readonly profile: string | undefined;
  readonly task: string | undefined;
  /** The profile that `range` (seconds on its clock) zooms. */
  readonly at: string | undefined;
  readonly range: TimeRange | undefined;
}

/** What may be pointed at. */
export interface Known {
  readonly profiles: readonly {
    readonly name: string;
    readonly durationMs: number;
    readonly tasks: readonly { readonly name: string }[];
  }[];
}

/** An address is a stranger's text: longer ones are not even looked at. */
const MAX_LENGTH = 10_000;

/**
 * Reads the fragment of an address. Names that the run does not have and ranges that are none are left out;
 * undefined when it is no such link at all (`#run`).
 */
export function placeOf(hash: string, { profiles }: Known): Place | undefined {
  const text = hash.replace(/^#/, "");
  if (!text.includes("=") || text.length > MAX_LENGTH) return undefined;
  const link = new URLSearchParams(text);
  const profileNames = profiles.map((profile) => profile.name);
  const taskNames = profiles.flatMap((profile) => profile.tasks.map((task) => task.name));
  const profile = known(link.get("profile"), profileNames);
  const task = known(link.get("task"), taskNames);
  const only = profileNames.length === 1 ? profileNames[0] : undefined;
  const at = known(link.get("at"), profileNames) ?? profile ?? only;
  const range = rangeOf(link.get("from"), link.get("to"));
  const lengthMs = profiles.find((candidate) => candidate.name === at)?.durationMs ?? 0;
  if (range === undefined || range.from * 1000 >= lengthMs) return { profile, task, at: undefined, range: undefined };
  return { profile, task, at, range };
}

/** The fragment that leads to a place, `""` to the page as it opens. */
export function hashOf({ profile, task, at, range }: Place): string {
  const link = new URLSearchParams();
  if (task !== undefined) link.set("task", task);
  if (profile !== undefined) link.set("profile", profile);
  if (at !== undefined && range !== undefined) {
    if (at !== profile) link.set("at", at);
    link.set("from", secondsText(range.from));
    link.set("to", secondsText(range.to));
  }
  const text = link.toString();
  return text === "" ? "" : `#${text}`;
}

function known(name: string | null, names: readonly string[]): string | undefined {
  return names.find((candidate) => candidate === name);
}

function rangeOf(from: string | null, to: string | null): TimeRange | undefined {
  const [start, end] = [secondsOf(from), secondsOf(to)];
  return start === undefined || end === undefined || end - start < 1e-3 ? undefined : { from: start, to: end };
}

function secondsOf(text: string | null): number | undefined {
  if (text === null || !/^\d{1,9}(?:\.\d{1,6})?$/.test(text)) return undefined;
  return Number(text);
}

function secondsText(seconds: number): string {
  return String(Math.round(Math.max(0, seconds) * 1000) / 1000);
}
