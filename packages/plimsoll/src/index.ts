/** What a spec written in TypeScript imports: `import { defineTest } from "plimsoll"`. */
import type { SpecInput } from "./spec/spec-input.ts";

export type { SpecInput } from "./spec/spec-input.ts";

/** Gives a spec its types; says exactly what the same keys say in YAML. */
export function defineTest(spec: SpecInput): SpecInput {
  return spec;
}
