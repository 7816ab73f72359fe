/**
 * The target guard: whom we may load. Pure; names are resolved before, and connections go only to the addresses
 * that were judged. A speed bump against accidents, not a proof of ownership.
 */
import { parseAddress, standingOf } from "./guard-address.ts";

export interface TargetRequest {
  /** As in the target's URL, with or without brackets. */
  readonly hostname: string;
  /** All that the name resolved to. */
  readonly addresses: readonly string[];
  /** Exact names or addresses from the spec. */
  readonly allowTargets: readonly string[];
  /** The person who starts the run says that any host is theirs to load. */
  readonly isAuthorised: boolean;
}

/** `addresses`: those that may be loaded, in the order given; at least one. */
export type TargetJudgement =
  | { readonly kind: "allowed"; readonly addresses: readonly string[] }
  | { readonly kind: "refused"; readonly why: string };

const METADATA_NAMES: ReadonlySet<string> = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "metadata.azure.internal",
  "metadata.platformequinix.com",
  "metadata.packet.net",
  "metadata.oraclecloud.com",
  "instance-data",
  "instance-data.ec2.internal",
]);

/**
 * Loopback and private addresses are free; metadata services, link-local, unspecified, broadcast and multicast
 * addresses are always refused; any other needs `allowTargets` or `isAuthorised`.
 */
export function judgeTarget(request: TargetRequest): TargetJudgement {
  const hostname = plainName(request.hostname);
  if (METADATA_NAMES.has(hostname)) {
    return refused(`${hostname} is a cloud's metadata service, which hands out credentials; it is never loaded`);
  }
  if (request.addresses.length === 0) return refused(`${hostname} has no address`);
  const isNameAllowed = request.isAuthorised || request.allowTargets.some((target) => plainName(target) === hostname);
  const refusals: string[] = [];
  const addresses = request.addresses.filter((address) => {
    const why = whyRefused(address, isNameAllowed, request.allowTargets);
    if (why !== undefined) refusals.push(why);
    return why === undefined;
  });
  return addresses.length > 0 ? { kind: "allowed", addresses } : refused(refusals[0]!);
}

function whyRefused(address: string, isNameAllowed: boolean, allowTargets: readonly string[]): string | undefined {
  const standing = standingOf(address);
  if (standing.kind === "denied") return `${address} is ${standing.why}; it is never loaded`;
  if (standing.kind === "own" || isNameAllowed) return undefined;
  if (allowTargets.some((target) => isSameAddress(plainName(target), address))) return undefined;
  return `${address} is neither a loopback nor a private address, and nothing says that it is yours to load`;
}

function isSameAddress(one: string, other: string): boolean {
  const octets = parseAddress(one);
  return octets !== undefined && octets.join() === parseAddress(other)?.join();
}

function plainName(name: string): string {
  return name
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

function refused(why: string): TargetJudgement {
  return { kind: "refused", why };
}
