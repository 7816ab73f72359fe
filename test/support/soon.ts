import { expect } from "vitest";

/** `expect.poll`, and the machine may be busy with other tests. */
export function soon<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: 30_000 });
}
