import { readFileSync } from "node:fs";
import { type MachineLimits, parseCfsQuota, parseCpuMax, parseOpenFiles, parsePortRange } from "./machine-limits.ts";

/** Everywhere but on Linux nothing is known. Node has raised the soft limit of open files to the hard one already. */
export function readMachineLimits(): MachineLimits {
  return {
    openFiles: parseOpenFiles(read("/proc/self/limits")),
    ports: parsePortRange(read("/proc/sys/net/ipv4/ip_local_port_range")),
    cpuQuotaCores: readCpuQuota(),
  };
}

/** Such as `tsc`, `kvm-clock` or `hpet`; undefined where the system does not tell. */
export function readClockSource(): string | undefined {
  return read("/sys/devices/system/clocksource/clocksource0/current_clocksource").trim() || undefined;
}

/** As the process itself sees it: within a container its own group is mounted at the root. */
function readCpuQuota(): number | undefined {
  const root = "/sys/fs/cgroup";
  return (
    parseCpuMax(read(`${root}/cpu.max`)) ??
    parseCfsQuota(read(`${root}/cpu/cpu.cfs_quota_us`), read(`${root}/cpu/cpu.cfs_period_us`))
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
