/** What a spec will open, held against what the system allows. Pure. */
import { formatCount, formatLimit } from "../base/format-number.ts";
import type { ConnectionCap } from "../engine/engine-context.ts";
import { latencyLimitsMs } from "../fleet/plan-record.ts";
import { UserTimeline } from "../plan/user-timeline.ts";
import type { ClosedProfile, OpenProfile, Spec } from "../spec/spec.ts";
import { type MachineLimits, portCount } from "./doctor/machine-limits.ts";
import { type LimitFault, peakRateOf } from "./load-limits.ts";

/** What connections are opened from, and to. */
export interface Place {
  readonly limits: MachineLimits;
  /** Of the target: each has all ports to itself. */
  readonly addressCount: number;
  readonly threads: number;
}

/** Files that may be open, where that is known, and the threads that open them. */
export interface FilesThere {
  readonly openFiles: number | undefined;
  readonly threads: number;
}

/** Files that the tool keeps open for itself: journal, results, sockets of readiness and of the page, each thread's own. */
const OWN_FILES = 54;
const OWN_FILES_PER_THREAD = 10;
/** How long answers take at worst where nothing is promised of it. */
const UNPROMISED_MS = 500;

/**
 * Of new connections a second nothing is known beforehand: a spec cannot forbid that they are kept alive, and whether the
 * target does shows only in the run.
 */
export function limitFaults(spec: Spec, place: Place): readonly LimitFault[] {
  return spec.profiles.flatMap((profile) =>
    profile.kind === "closed"
      ? [...userFileFaults(profile, place), ...userPortFaults(profile, place)]
      : arrivalFaults(profile, spec, place),
  );
}

/**
 * The most connections an open loop may hold: what the spec says, or what is left of the open files when the tool has
 * its own. Were connections to take these too, neither journal nor report could be written.
 */
export function connectionCapOf(
  { maxConnections }: Pick<Spec, "maxConnections">,
  { openFiles = Number.POSITIVE_INFINITY, threads }: FilesThere,
): ConnectionCap {
  const files = Math.max(1, openFiles - ownFilesOf(threads));
  return maxConnections <= files
    ? { count: maxConnections, reason: "connection-cap" }
    : { count: files, reason: "EMFILE" };
}

function ownFilesOf(threads: number): number {
  return OWN_FILES + OWN_FILES_PER_THREAD * threads;
}

function userFileFaults(profile: ClosedProfile, place: Place): readonly LimitFault[] {
  const { openFiles } = place.limits;
  const users = usersOf(profile);
  if (openFiles === undefined || users + ownFilesOf(place.threads) <= openFiles) return [];
  const kind = users > openFiles ? "impossible" : "tight";
  const message = `${profile.name} plans ${formatCount(users)} users, each with a connection, but this process may open ${formatCount(openFiles)} files`;
  return [{ kind, message, hint: `Raise the limit, such as with \`ulimit -n ${users + 1024}\`, or plan fewer users.` }];
}

function userPortFaults(profile: ClosedProfile, { limits: { ports }, addressCount }: Place): readonly LimitFault[] {
  const users = usersOf(profile);
  if (ports === undefined || users <= portCount(ports) * addressCount) return [];
  const available = formatCount(portCount(ports) * addressCount);
  const message = `${profile.name} plans ${formatCount(users)} users, each with a connection, but there are ${available} local ports for this target`;
  return [
    {
      kind: "impossible",
      message,
      hint: "Widen net.ipv4.ip_local_port_range, or plan fewer users from one machine.",
    },
  ];
}

/**
 * An open loop holds as many connections as requests wait, so how many it needs is the target's doing. As many as a
 * target needs that keeps its promise must be there; what one that breaks it would need is no reason to warn every run.
 * Never `impossible`: the run goes short only if the answers are that slow.
 */
function arrivalFaults(profile: OpenProfile, spec: Spec, place: Place): readonly LimitFault[] {
  const promisedMs = latencyLimitsMs(spec).at(-1);
  const waitMs = Math.min(promisedMs ?? UNPROMISED_MS, spec.timeouts.totalMs);
  const waiting = Math.ceil((peakRateOf(profile) * waitMs) / 1000);
  const shortage = shortageOf(waiting, spec, place);
  if (shortage === undefined) return [];
  const answers = `answers that take ${formatLimit(waitMs, "ms")}${promisedMs === undefined ? "" : ", as promised,"} need`;
  const plan = `${profile.name} plans ${formatLimit(peakRateOf(profile), "perSec")}, for which ${answers} ${formatCount(waiting)} connections`;
  const hint = `${shortage.remedy}, or plan a lower rate: arrivals beyond are dropped.`;
  return [{ kind: "tight", message: `${plan}, but ${shortage.what}`, hint }];
}

interface Shortage {
  readonly what: string;
  readonly remedy: string;
}

/** What there is too little of for so many connections at once; the tightest of all. */
function shortageOf(connections: number, spec: Spec, place: Place): Shortage | undefined {
  const { openFiles, ports } = place.limits;
  const cap = connectionCapOf(spec, { openFiles, threads: place.threads });
  const portsThere = ports === undefined ? Number.POSITIVE_INFINITY : portCount(ports) * place.addressCount;
  if (connections <= Math.min(cap.count, portsThere)) return undefined;
  if (portsThere < cap.count)
    return {
      what: `there are ${formatCount(portsThere)} local ports for this target`,
      remedy: "Widen net.ipv4.ip_local_port_range",
    };
  if (cap.reason === "EMFILE")
    return {
      what: `this process may open ${formatCount(openFiles ?? 0)} files`,
      remedy: `Raise the limit, such as with \`ulimit -n ${connections + 1024}\``,
    };
  return { what: `maxConnections is ${formatCount(cap.count)}`, remedy: "Raise maxConnections" };
}

/** Greatest number at a time. */
function usersOf(profile: ClosedProfile): number {
  return new UserTimeline(profile.stages).maxUsers;
}
