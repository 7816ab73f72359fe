import { readPlainValue } from "./plain-value.ts";
import type { Path, SourceMap } from "./problems.ts";
import { pathText } from "./problems.ts";
import type { Env } from "./references.ts";
import { readYaml, SPEC_LIMITS } from "./yaml-source.ts";

/** A spec as it came: text of a file, or a value from a TypeScript module or from flags. */
export type SpecSource =
  | { readonly kind: "yaml" | "json"; readonly file: string; readonly text: string }
  | {
      readonly kind: "value";
      readonly file: string;
      readonly value: unknown;
      /** How the author knows a place, by its path, where that is not the path itself: `{"profiles.run.for": "--duration"}`. */
      readonly labels?: Readonly<Record<string, string>>;
    };

/** What a spec may ask of the world around it; `cli` provides it. */
export interface SpecContext {
  readonly env: Env;
  /** Contents of a file named relative to the spec's folder, or why they cannot be had. */
  readFile(path: string): FileContents;
  /** What the command line says instead of the spec. */
  readonly overrides?: SpecOverrides;
}

export type FileContents =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "problem"; readonly message: string };

/** As written on the command line; `thresholds` are added to the spec's, the others replace. */
export interface SpecOverrides {
  /** Other numbers for one profile of the spec. */
  readonly profile?: ProfileOverride;
  readonly target?: string;
  readonly timeout?: string;
  readonly drain?: string;
  readonly thresholds?: readonly string[];
}

/** What is given replaces what the profile `name` says, in the spec's own words. */
export interface ProfileOverride {
  readonly name: string;
  readonly users?: string;
  readonly spawn?: string;
  readonly think?: string;
  readonly rate?: string;
  readonly arrivals?: string;
  readonly for?: string;
}

/** A source as a plain value with its places. */
export interface ReadSource {
  readonly value: unknown;
  readonly map: SourceMap;
}

/** @throws SPEC_INVALID when it is not plain data within the limits */
export function readSource(source: SpecSource): ReadSource {
  if (source.kind !== "value") return readYaml(source.text, source.file, SPEC_LIMITS);
  const labels = source.labels ?? {};
  const map: SourceMap = {
    place: () => undefined,
    label: (path: Path) => {
      const text = pathText(path);
      return Object.hasOwn(labels, text) ? (labels[text] ?? text) : text;
    },
  };
  return { value: readPlainValue(source.value, source.file, map), map };
}
