import { isMapping, type Path } from "./problems.ts";
import type { ProfileOverride, ReadSource, SpecOverrides } from "./source.ts";

const REPLACED = { target: "--target", timeout: "--timeout", drain: "--drain" } as const;
const IN_PROFILE = { users: "--users", spawn: "--spawn-rate", rate: "--rate", for: "--duration" } as const;
const ADDED = { thresholds: "--threshold", allowTargets: "--allow-target" } as const;

/** What the command line says, laid over what the spec says; its faults are then told under the flag's name. */
export function override({ value, map }: ReadSource, overrides: SpecOverrides): ReadSource {
  if (!isMapping(value)) return { value, map };
  const laid: Record<string, unknown> = { ...value };
  const labels = new Map<string, string>();
  for (const key of ["target", "timeout", "drain"] as const) {
    const text = overrides[key];
    if (text === undefined) continue;
    laid[key] = text;
    labels.set(key, REPLACED[key]);
  }
  const ownCounts = new Map<string, number>();
  for (const key of ["thresholds", "allowTargets"] as const) {
    const added = overrides[key] ?? [];
    const own = laid[key];
    if (added.length === 0 || (own !== undefined && !Array.isArray(own))) continue;
    const ownItems: readonly unknown[] = own ?? [];
    ownCounts.set(key, ownItems.length);
    laid[key] = [...ownItems, ...added];
  }
  if (overrides.arrivals !== undefined) laid["profiles"] = withArrivals(laid["profiles"], overrides.arrivals);
  const { profile } = overrides;
  if (profile !== undefined) laid["profiles"] = withNumbers(laid["profiles"], profile);
  const flagAt = ([key, index, inner]: Path) => {
    if (profile !== undefined && key === "profiles" && index === profile.name) return profileFlag(profile, inner);
    if (key !== "thresholds" && key !== "allowTargets") return labels.get(String(key));
    return typeof index === "number" && index >= (ownCounts.get(key) ?? index + 1) ? ADDED[key] : undefined;
  };
  return {
    value: laid,
    map: {
      label: (path) => flagAt(path) ?? map.label(path),
      place: (path, end) => (flagAt(path) === undefined ? map.place(path, end) : undefined),
    },
  };
}

/** A profile that is not there stays away: whoever asked for it is told so. */
function withNumbers(profiles: unknown, { name, ...numbers }: ProfileOverride): unknown {
  if (!isMapping(profiles) || !Object.hasOwn(profiles, name) || !isMapping(profiles[name])) return profiles;
  return { ...profiles, [name]: { ...profiles[name], ...numbers } };
}

function profileFlag(profile: ProfileOverride, key: Path[number] | undefined): string | undefined {
  if (key !== "users" && key !== "spawn" && key !== "rate" && key !== "for") return undefined;
  return profile[key] === undefined ? undefined : IN_PROFILE[key];
}

/** Only profiles of rates have arrivals. */
function withArrivals(profiles: unknown, arrivals: string): unknown {
  if (!isMapping(profiles)) return profiles;
  return Object.fromEntries(
    Object.entries(profiles).map(([name, profile]) => [name, isRated(profile) ? { ...profile, arrivals } : profile]),
  );
}

function isRated(profile: unknown): profile is Readonly<Record<string, unknown>> {
  if (!isMapping(profile)) return false;
  const stages = profile["stages"];
  return (
    profile["rate"] !== undefined ||
    (Array.isArray(stages) && stages.some((stage) => isMapping(stage) && !("users" in stage)))
  );
}
