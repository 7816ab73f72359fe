import { isMapping, type Path } from "./problems.ts";
import type { ProfileOverride, ReadSource, SpecOverrides } from "./source.ts";

const REPLACED = { target: "--target", timeout: "--timeout", drain: "--drain" } as const;
const IN_PROFILE = {
  users: "--users",
  spawn: "--spawn-rate",
  think: "--think",
  rate: "--rate",
  arrivals: "--arrivals",
  for: "--duration",
} as const;

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
  const { thresholds: added = [] } = overrides;
  const own = laid["thresholds"] === undefined ? [] : laid["thresholds"];
  // What is no list is left for the parser to tell of.
  const ownCount = Array.isArray(own) ? own.length : Number.POSITIVE_INFINITY;
  if (Array.isArray(own) && added.length > 0) laid["thresholds"] = [...own, ...added];
  const { profile } = overrides;
  if (profile !== undefined) laid["profiles"] = withNumbers(laid["profiles"], profile);
  const flagAt = ([key, index, inner]: Path) => {
    if (profile !== undefined && key === "profiles" && index === profile.name) return profileFlag(profile, inner);
    if (key !== "thresholds") return labels.get(String(key));
    return typeof index === "number" && index >= ownCount ? "--threshold" : undefined;
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
  if (typeof key !== "string" || !isChanged(key)) return undefined;
  return profile[key] === undefined ? undefined : IN_PROFILE[key];
}

function isChanged(key: string): key is keyof typeof IN_PROFILE {
  return Object.hasOwn(IN_PROFILE, key);
}
