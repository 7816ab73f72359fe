/** What a spec will open on this machine, held against what the system allows. Pure. */
import { formatCount } from "../base/format-number.ts";
import { UserTimeline } from "../plan/user-timeline.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import { type MachineLimits, portCount } from "./doctor/machine-limits.ts";

/** Files that the tool itself keeps open: journal, results, threads, the sockets of readiness. */
const OWN_FILES = 64;

/** `impossible`: the run cannot be as planned, so it must not start; `tight`: it may run short. */
export interface LimitFault {
  readonly kind: "impossible" | "tight";
  /** What is planned, and what there is. */
  readonly message: string;
  readonly hint: string;
}

/**
 * `addressCount` of the target: each has all ports to itself. Of new connections a second nothing is known beforehand: a
 * spec cannot forbid that they are kept alive, and whether the target does shows only in the run.
 */
export function limitFaults(spec: Spec, limits: MachineLimits, addressCount: number): readonly LimitFault[] {
  return spec.profiles.flatMap((profile) => [
    ...fileFaults(profile, limits),
    ...portFaults(profile, limits, addressCount),
  ]);
}

function fileFaults(profile: Profile, { openFiles }: MachineLimits): readonly LimitFault[] {
  const users = usersOf(profile);
  if (openFiles === undefined || users + OWN_FILES <= openFiles) return [];
  const kind = users > openFiles ? "impossible" : "tight";
  const message = `${profile.name} plans ${formatCount(users)} users, each with a connection, but this process may open ${formatCount(openFiles)} files`;
  return [{ kind, message, hint: `Raise the limit, such as with \`ulimit -n ${users + 1024}\`, or plan fewer users.` }];
}

function portFaults(profile: Profile, { ports }: MachineLimits, addressCount: number): readonly LimitFault[] {
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

/** Greatest number at a time; open loop opens what it needs, up to `maxConnections`. */
function usersOf(profile: Profile): number {
  return profile.kind === "closed" ? new UserTimeline(profile.stages).maxUsers : 0;
}
