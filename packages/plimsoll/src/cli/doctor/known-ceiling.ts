/** What an earlier `plimsoll doctor` found, held against the machine that is to run now. Pure. */
import { z } from "zod";
import { parseJson } from "../../base/json.ts";

/** What a plan may be compared with: requests a second of the smallest kind, at most. */
export interface KnownCeiling {
  /** Load threads it was measured with: those of the run, or the nearest that were tried. */
  readonly threads: number;
  readonly requestsPerSec: number;
  /** Where another count of threads reached more. */
  readonly best: { readonly threads: number; readonly requestsPerSec: number };
  /** Day, such as 2026-11-23. */
  readonly measuredOn: string;
}

/** What must be the same for a ceiling to hold: another core count, processor, Node or version has another one. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly os: string;
  readonly node: string;
  readonly plimsoll: string;
  /** Infinity: no limit; undefined: not known. */
  readonly cpuQuotaCores: number | undefined;
}

const positive = z.number().positive();

/** The part of `plimsoll.doctor/1` that is read again; the rest may be anything. */
const doctorDocument = z.looseObject({
  schema: z.literal("plimsoll.doctor/1"),
  plimsoll: z.string(),
  measuredAt: z.iso.datetime(),
  cores: positive,
  cpu: z.string(),
  os: z.string(),
  node: z.string(),
  limits: z.looseObject({ cpuQuotaCores: positive.nullable() }),
  ceilings: z
    .array(
      z.looseObject({
        threads: positive,
        requestsPerSec: positive,
        cpuPerRequestUs: positive.optional(),
        isTargetTheLimit: z.boolean().optional(),
      }),
    )
    .min(1),
});

type Told = z.infer<typeof doctorDocument>["ceilings"][number];

/** Undefined for a text that is no such document, or one of another machine. */
export function knownCeiling(text: string, machine: Machine, threads: number): KnownCeiling | undefined {
  const told = doctorDocument.safeParse(parseJson(text));
  if (!told.success || !isOfMachine(told.data, machine)) return undefined;
  const tried = told.data.ceilings.map((ceiling) => ({ ...ceiling, requestsPerSec: leastCeiling(ceiling) }));
  const fewest = tried.reduce((least, each) => (each.threads < least.threads ? each : least));
  const own = greatest(tried.filter((each) => each.threads <= threads)) ?? fewest;
  const best = greatest(tried) ?? own;
  return {
    threads: own.threads,
    requestsPerSec: own.requestsPerSec,
    best: { threads: best.threads, requestsPerSec: best.requestsPerSec },
    measuredOn: told.data.measuredAt.slice(0, 10),
  };
}

function isOfMachine(told: z.infer<typeof doctorDocument>, machine: Machine): boolean {
  const { cores, cpu, os, node, plimsoll } = machine;
  const quota = machine.cpuQuotaCores;
  const isQuotaSame = told.limits.cpuQuotaCores === (quota !== undefined && Number.isFinite(quota) ? quota : null);
  const isSame = told.cores === cores && told.cpu === cpu && told.os === os;
  return isQuotaSame && isSame && told.node === node && told.plimsoll === plimsoll;
}

/** Where the null target was the limit the threads could do more: what their CPU time would have allowed. */
function leastCeiling({ threads, requestsPerSec, cpuPerRequestUs, isTargetTheLimit }: Told): number {
  if (isTargetTheLimit !== true || cpuPerRequestUs === undefined) return requestsPerSec;
  return Math.max(requestsPerSec, (threads * 1e6) / cpuPerRequestUs);
}

function greatest<T extends { readonly requestsPerSec: number }>(ceilings: readonly T[]): T | undefined {
  return ceilings.reduce<T | undefined>(
    (best, each) => (best === undefined || each.requestsPerSec > best.requestsPerSec ? each : best),
    undefined,
  );
}
