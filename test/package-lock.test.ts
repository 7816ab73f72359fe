import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, "..");
const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(join(root, "package-lock.json"), "utf8"),
);

/** Where Node would look for `name` from the package at `path`. */
function isLocked(name: string, path: string): boolean {
  return `${path}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages;
}

test("the lock holds every platform's packages, so that npm 11 installs from it on any machine", () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(name, path)),
  );
  expect(missing).toEqual([]);
});

test("the lock names no registry: each machine installs from its own", () => {
  const named = Object.values(lock.packages).filter(
    ({ resolved }) => resolved !== undefined && /^https?:/.test(resolved),
  );
  expect(named).toEqual([]);
});
