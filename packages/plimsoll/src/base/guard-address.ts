/** What an address is to the guard: `own` is loopback or private, `public` somebody's, `denied` never to be loaded. */
export type AddressStanding =
  | { readonly kind: "own" }
  | { readonly kind: "public" }
  | { readonly kind: "denied"; readonly why: string };

interface Range {
  readonly prefix: readonly number[];
  readonly bitCount: number;
  readonly standing: AddressStanding;
}

const OWN: AddressStanding = { kind: "own" };
const PUBLIC: AddressStanding = { kind: "public" };
const METADATA = denied("a cloud's metadata service, which hands out credentials");
const UNSPECIFIED = denied("no address to connect to; a server that listens there answers on 127.0.0.1 or [::1]");
const LINK_LOCAL = denied("link-local, where clouds keep their metadata services");
const BROADCAST = denied("a broadcast address");
const MULTICAST = denied("a multicast address");
const RESERVED = denied("in a reserved range");

/**
 * The first match decides. Sources: the IANA special-purpose registries and the clouds' manuals. 100.64.0.0/10
 * (RFC 6598) is shared with a provider, not private: it is absent here on purpose, and so is fec0::/10.
 */
const V4_RANGES: readonly Range[] = [
  range("168.63.129.16", 32, METADATA),
  range("100.100.100.200", 32, METADATA),
  range("192.0.0.192", 32, METADATA),
  range("169.254.169.254", 32, METADATA),
  range("169.254.0.0", 16, LINK_LOCAL),
  range("0.0.0.0", 8, UNSPECIFIED),
  range("255.255.255.255", 32, BROADCAST),
  range("224.0.0.0", 4, MULTICAST),
  range("240.0.0.0", 4, RESERVED),
  range("127.0.0.0", 8, OWN),
  range("10.0.0.0", 8, OWN),
  range("172.16.0.0", 12, OWN),
  range("192.168.0.0", 16, OWN),
];

const V6_RANGES: readonly Range[] = [
  range("fd00:ec2::", 32, METADATA),
  range("fd20:ce::254", 128, METADATA),
  range("::", 128, UNSPECIFIED),
  range("::1", 128, OWN),
  range("fe80::", 10, LINK_LOCAL),
  range("ff00::", 8, MULTICAST),
  range("fc00::", 7, OWN),
];

/** IPv6 ranges that stand for an IPv4 address: mapped, compatible, NAT64 and 6to4; `at` is its first octet. */
const EMBEDDINGS = [
  { ...range("::ffff:0:0", 96, PUBLIC), at: 12 },
  { ...range("64:ff9b::", 96, PUBLIC), at: 12 },
  { ...range("2002::", 16, PUBLIC), at: 2 },
  { ...range("::", 96, PUBLIC), at: 12 },
] as const;

/** What stands behind an address; text that is no address is denied. */
export function standingOf(address: string): AddressStanding {
  const octets = parseAddress(address);
  if (octets === undefined) return denied("not an address");
  return octets.length === 4 ? standingIn(V4_RANGES, octets) : standingOfV6(octets);
}

/** Octets of an address, 4 or 16; `undefined` for anything else, short forms such as `127.1` included. */
export function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function standingOfV6(octets: readonly number[]): AddressStanding {
  const isExact = V6_RANGES.find((known) => known.bitCount === 128 && isIn(known, octets));
  if (isExact !== undefined) return isExact.standing;
  const embedding = EMBEDDINGS.find((known) => isIn(known, octets));
  if (embedding === undefined) return standingIn(V6_RANGES, octets);
  const inner = standingIn(V4_RANGES, octets.slice(embedding.at, embedding.at + 4));
  // Only a mapped address is its IPv4 host itself; the others pass somebody's gateway.
  return inner.kind === "own" && embedding !== EMBEDDINGS[0] ? PUBLIC : inner;
}

function standingIn(ranges: readonly Range[], octets: readonly number[]): AddressStanding {
  return ranges.find((known) => isIn(known, octets))?.standing ?? PUBLIC;
}

function isIn({ prefix, bitCount }: Pick<Range, "prefix" | "bitCount">, octets: readonly number[]): boolean {
  for (let index = 0; index * 8 < bitCount; index += 1) {
    const mask = 0xff & (0xff00 >> Math.min(8, bitCount - index * 8));
    if (((octets[index]! ^ prefix[index]!) & mask) !== 0) return false;
  }
  return true;
}

function parseV4(text: string): readonly number[] | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text)) return undefined;
  const octets = text.split(".").map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** A zone (`fe80::1%eth0`) only ever qualifies a link-local address and is ignored. */
function parseV6(text: string): readonly number[] | undefined {
  const halves = text.replace(/%.+$/, "").split("::");
  const groups = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  const [head, tail] = groups;
  if (head === undefined || groups.length > 2 || groups.includes(undefined)) return undefined;
  if (tail === undefined) return head.length === 16 ? head : undefined;
  const zeroCount = 16 - head.length - tail.length;
  return zeroCount < 2 ? undefined : [...head, ...Array.from({ length: zeroCount }, () => 0), ...tail];
}

/** Only an address's very end may be dotted. */
function parseGroups(half: string, isEnd: boolean): readonly number[] | undefined {
  if (half === "") return [];
  const octets: number[] = [];
  const groups = half.split(":");
  for (const [index, group] of groups.entries()) {
    const isLast = index === groups.length - 1;
    const inner = isEnd && isLast && group.includes(".") ? parseV4(group) : undefined;
    if (inner !== undefined) octets.push(...inner);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      octets.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return octets;
}

function range(address: string, bitCount: number, standing: AddressStanding): Range {
  return { prefix: parseAddress(address) ?? [], bitCount, standing };
}

function denied(why: string): AddressStanding {
  return { kind: "denied", why };
}
