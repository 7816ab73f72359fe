/** What the system allows this process, read as the text in which Linux tells it. Pure. */

/** `undefined`: not known here; `Infinity`: no limit. */
export interface MachineLimits {
  readonly openFiles: number | undefined;
  /** Local ports for outgoing connections to one address and port. */
  readonly ports: PortRange | undefined;
  /** Cores that the container may use at a time, such as 1.5. */
  readonly cpuQuotaCores: number | undefined;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A closed connection keeps its port this long (TIME_WAIT in Linux). */
const TIME_WAIT_MS = 60_000;

export function portCount({ first, last }: PortRange): number {
  return last - first + 1;
}

/** New connections a second to one address that go on for ever, when our side closes them. */
export function lastingConnectionsPerSec(ports: PortRange): number {
  return portCount(ports) / (TIME_WAIT_MS / 1000);
}

/** The soft limit in `/proc/self/limits`: `Max open files            1024                 4096                 files`. */
export function parseOpenFiles(limits: string): number | undefined {
  const match = /^Max open files +(\d+|unlimited) /m.exec(limits);
  if (match === null) return undefined;
  return match[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(match[1]);
}

/** `/proc/sys/net/ipv4/ip_local_port_range`: `32768	60999`. */
export function parsePortRange(text: string): PortRange | undefined {
  const match = /^(\d+)\s+(\d+)\s*$/.exec(text);
  if (match === null) return undefined;
  const range = { first: Number(match[1]), last: Number(match[2]) };
  return range.first <= range.last ? range : undefined;
}

/** `cpu.max` of cgroup v2: `150000 100000` or `max 100000`. */
export function parseCpuMax(text: string): number | undefined {
  const match = /^(\d+|max) (\d+)\s*$/.exec(text);
  if (match === null || Number(match[2]) === 0) return undefined;
  return match[1] === "max" ? Number.POSITIVE_INFINITY : Number(match[1]) / Number(match[2]);
}

/** `cpu.cfs_quota_us` and `cpu.cfs_period_us` of cgroup v1; a quota of -1 is none. */
export function parseCfsQuota(quota: string, period: string): number | undefined {
  if (!/^-?\d+\s*$/.test(quota) || !/^[1-9]\d*\s*$/.test(period)) return undefined;
  return Number(quota) <= 0 ? Number.POSITIVE_INFINITY : Number(quota) / Number(period);
}
