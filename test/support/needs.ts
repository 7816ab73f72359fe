import { test } from "vitest";

/**
 * A test whose real part is on this machine, or a loud word on what to install. In CI nothing is skipped: there a
 * missing part fails.
 */
export function testNeeding(isThere: boolean, whatToInstall: string): typeof test {
  if (isThere) return test;
  if (process.env["CI"]) {
    return ((name: string) =>
      test(name, () => {
        throw new Error(`in CI nothing is left out, and this machine lacks: ${whatToInstall}`);
      })) as typeof test;
  }
  process.stderr.write(`\n!! A test is left out. To run it: ${whatToInstall}\n\n`);
  return test.skipIf(true) as typeof test;
}
