import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { PlimsollError } from "../base/errors.ts";

/**
 * All addresses of a host, in the resolver's order, each once; an address is its own, and `[::1]` may wear brackets.
 * The guard judges them before anything connects.
 *
 * @throws TARGET_NOT_READY when the name does not resolve.
 */
export async function resolveTarget(hostname: string): Promise<string[]> {
  const bare = hostname.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0) return [bare];
  try {
    const found = await lookup(bare, { all: true, verbatim: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (cause) {
    throw new PlimsollError("TARGET_NOT_READY", `the name "${bare}" does not resolve${codeText(cause)}`, {
      hint: "Check the target's name, and that this machine can resolve it.",
      cause,
    });
  }
}

function codeText(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
}
