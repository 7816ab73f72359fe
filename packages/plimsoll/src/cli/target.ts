import { PlimsollError } from "../base/errors.ts";
import { judgeTarget } from "../base/guard.ts";
import type { ResolvedTarget } from "../fleet/messages.ts";
import type { Spec } from "../spec/spec.ts";
import { resolveTarget } from "../transport/resolve.ts";

/**
 * Resolves the target and asks the guard, before a byte is sent.
 * @throws TARGET_REFUSED, or TARGET_NOT_READY when the name does not resolve
 */
export async function admitTarget(spec: Spec, isAuthorised: boolean): Promise<ResolvedTarget> {
  return await admitHost(spec.target, spec.allowTargets, isAuthorised);
}

/**
 * The same for any address that a run asks.
 * @throws TARGET_REFUSED, or TARGET_NOT_READY when the name does not resolve
 */
export async function admitHost(
  address: string,
  allowTargets: readonly string[],
  isAuthorised: boolean,
): Promise<ResolvedTarget> {
  const url = new URL(address);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = await resolveTarget(hostname);
  const judged = judgeTarget({ hostname, addresses, allowTargets, isAuthorised });
  if (judged.kind === "refused")
    throw new PlimsollError(
      "TARGET_REFUSED",
      judged.why.startsWith(url.hostname) ? judged.why : `${url.host}: ${judged.why}`,
    );
  return { origin: url.origin, addresses: judged.addresses };
}
