import { Document } from "yaml";
import type { SpecInput } from "../../spec/written-spec.ts";

/** What `init` writes: files by name (the spec first), and what its reader should know. */
export interface InitResult {
  /** Text of `plimsoll.yaml`. */
  readonly yaml: string;
  /** Further files by name, such as data. */
  readonly files: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** The load and promise that every written spec starts with. */
export const STARTING_LOAD = {
  profiles: {
    ramp_up: { users: 20, spawn: "2/s", for: "30s" },
    sustained: { users: 10, for: "1m" },
    spike: { users: 40, for: "30s" },
  },
  thresholds: ["p95 < 500ms", "errors < 1%"],
} as const satisfies Pick<SpecInput, "profiles" | "thresholds">;

/** A spec as YAML text, with a comment on top. */
export function writeSpec(spec: SpecInput, comment: string): string {
  const document = new Document(spec, { version: "1.2", schema: "core", aliasDuplicateObjects: false });
  document.commentBefore = comment
    .split("\n")
    .map((line) => ` ${line.replace(/[\p{Cc}\p{Cf}]/gu, "?")}`)
    .join("\n");
  return document.toString({ lineWidth: 110 });
}

/** A name not yet taken, such as `POST /embed 2`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}
