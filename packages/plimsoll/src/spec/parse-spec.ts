/**
 * Text or value → one frozen `Spec`. This folder knows neither how a spec will be run nor where it came from: files
 * and the environment are handed to it, and it throws nothing but SPEC_INVALID, with all faults at once.
 */
import { PlimsollError } from "../base/errors.ts";
import { buildSpec } from "./build-spec.ts";
import { override } from "./overrides.ts";
import { at, isMapping, Problems } from "./problems.ts";
import { lookupIn } from "./references.ts";
import { readSource, type SpecContext, type SpecSource } from "./source.ts";
import type { Spec } from "./spec.ts";
import { substitute } from "./substitution.ts";
import { keysAt } from "./written-keys.ts";
import { specSchema, type WrittenSpec } from "./written-spec.ts";
import { addIssues, expectedPhrase, pathOf } from "./zod-problems.ts";

/** Rounds of leaving out what is wrong, so that the rest can still be checked. */
const MAX_ROUNDS = 5;

/** @throws SPEC_INVALID with every problem, each with its place where the source has lines */
export function parseSpec(source: SpecSource, context: SpecContext): Spec {
  const { value, map } = override(readSource(source), context.overrides ?? {});
  const problems = new Problems(map);
  if (!isMapping(value)) {
    problems.add([], "not a spec; expected a mapping with target, tasks and profiles");
    problems.throwIfAny(source.file);
  }
  const substituted = substitute(value, { lookup: lookupIn(context.env), problems });
  problems.settle();
  const written = readWritten(substituted, problems);
  problems.settle();
  const spec = written === undefined ? undefined : buildSpec(written, substituted, { problems, context });
  problems.throwIfAny(source.file);
  if (spec === undefined) throw new PlimsollError("BUG", "a spec without problems was not built");
  return deepFreeze(spec);
}

/** What can be read of the written form: all of it, or what is left without the parts that are wrong. */
function readWritten(value: unknown, problems: Problems): WrittenSpec | undefined {
  let rest = value;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = specSchema.safeParse(rest, { error: expectedPhrase });
    if (result.success) return result.data;
    const { issues } = result.error;
    if (round === 0) addIssues(problems, issues, { value, keysAt: (path) => keysAt(specSchema, path) });
    for (const issue of issues) {
      const path = pathOf(issue);
      if (issue.code === "unrecognized_keys") for (const key of issue.keys) rest = without(rest, [...path, key]);
      else rest = without(rest, has(rest, path) ? path : path.slice(0, -1));
    }
  }
  return undefined;
}

function has(value: unknown, [part, ...rest]: readonly (string | number)[]): boolean {
  if (part === undefined) return true;
  return typeof value === "object" && value !== null && Object.hasOwn(value, part) && has(at(value, part), rest);
}

/** A copy without what stands at a path. */
function without(value: unknown, [part, ...rest]: readonly (string | number)[]): unknown {
  if (part === undefined) return undefined;
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, index) => index !== part);
    return value.map((item, index) => (index === part ? without(item, rest) : item));
  }
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    if (key !== String(part)) return [[key, item] as const];
    return rest.length === 0 ? [] : [[key, without(item, rest)] as const];
  });
  return Object.fromEntries(entries);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}
