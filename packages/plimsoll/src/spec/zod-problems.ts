import type { z } from "zod";
import { nearest } from "./nearest.ts";
import { atPath, type Path, type Problems, show } from "./problems.ts";
import { UNIT_NEEDED } from "./written-quantity.ts";

type Issue = z.core.$ZodIssue;

const GENERIC: Readonly<Record<string, string>> = {
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
  tuple: "a list of two",
};

/** The phrase for what a schema expected where it does not say so itself. */
export function expectedPhrase(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "invalid_type") return GENERIC[issue.expected] ?? issue.expected;
  return "something else";
}

/** Tells of each issue: the offending value, what was expected, for an unknown key the nearest known one. */
export function addIssues(
  problems: Problems,
  issues: readonly Issue[],
  { value, keysAt }: { readonly value: unknown; readonly keysAt: (path: Path) => readonly string[] },
): void {
  for (const issue of issues) {
    const path = pathOf(issue);
    const offending = atPath(value, path);
    switch (issue.code) {
      case "unrecognized_keys":
        for (const key of issue.keys) {
          const near = nearest(key, keysAt(path));
          const rest = near === undefined ? allKeys(keysAt(path)) : `; nearest: ${JSON.stringify(near)}`;
          problems.add([...path, key], `unknown key ${show(key)}${rest}`, { end: "key" });
        }
        break;
      case "invalid_union": {
        const branch = issue.errors.find((errors) => !errors.some(isTypeGate));
        if (branch === undefined) problems.add(path, sentence(offending, issue.message));
        else {
          const deeper = branch.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
          addIssues(problems, deeper, { value, keysAt });
        }
        break;
      }
      case "invalid_key":
        problems.add(
          path,
          `${show(path.at(-1))} is not a good key; expected ${issue.issues[0]?.message ?? issue.message}`,
          {
            end: "key",
          },
        );
        break;
      default:
        problems.add(path, sentence(offending, issue.message));
    }
  }
}

/** Text and integers only: zod's paths may hold symbols, ours never do. */
export function pathOf(issue: Issue): Path {
  return issue.path.map((part) => (typeof part === "number" ? part : String(part)));
}

/** A branch that fails on the whole value's type is not what its author was writing. */
function isTypeGate(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

function sentence(offending: unknown, expected: string): string {
  if (offending === undefined) return `missing; expected ${expected}`;
  const isBare = typeof offending === "number" || (typeof offending === "string" && /^\d+(\.\d+)?$/.test(offending));
  const needed = isBare ? UNIT_NEEDED.get(expected) : undefined;
  if (needed !== undefined) return `${offending} has no unit; ${needed}`;
  return `${show(offending)} is wrong; expected ${expected}`;
}

function allKeys(keys: readonly string[]): string {
  return keys.length === 0 ? "" : `; known: ${keys.join(", ")}`;
}
