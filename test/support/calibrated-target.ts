import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** How a calibrated target answers: after a known time, not at all, or frozen from time to time. */
export interface TargetLaw {
  /** Service time; undefined: it never answers. */
  readonly serviceMs: number | undefined;
  /** From the first request on, in each period from `atMs` for `forMs`, it does nothing at all, like a stopped process. */
  readonly freeze?: { readonly periodMs: number; readonly atMs: number; readonly forMs: number };
}

export interface Freeze {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A target in a process of its own, whose answers are known and which keeps books of its own. */
export interface CalibratedTarget {
  readonly url: string;
  /** When each request came, ms on the target's monotonic clock, in order. */
  arrivalsMs(): Promise<readonly number[]>;
  receivedCount(): Promise<number>;
  /** A quantile, such as `p90`, of what it really took from a request read to its answer written. */
  serviceMs(quantile: string): Promise<number>;
  /** When it really did nothing, on the same clock: a busy machine wakes it late. */
  freezes(): Promise<readonly Freeze[]>;
}

interface Books {
  readonly arrivalsMs: readonly number[];
  /** In the order of the arrivals. */
  readonly answersMs: readonly number[];
  readonly freezes: readonly Freeze[];
}

/** Runs until the test is over. */
export async function startCalibratedTarget(law: TargetLaw): Promise<CalibratedTarget> {
  const child = fork(join(import.meta.dirname, "calibrated-target-process.mjs"), [JSON.stringify(law)]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [url] = await once(child, "message", { signal: AbortSignal.timeout(10_000) });
  const books = async (): Promise<Books> => {
    child.send("books");
    const [told] = await once(child, "message", { signal: AbortSignal.timeout(10_000) });
    return told;
  };
  return {
    url: String(url),
    arrivalsMs: async () => (await books()).arrivalsMs,
    receivedCount: async () => (await books()).arrivalsMs.length,
    serviceMs: async (quantile) => serviceQuantile(await books(), quantile),
    freezes: async () => (await books()).freezes,
  };
}

/** Nearest rank. */
function serviceQuantile({ arrivalsMs, answersMs }: Books, quantile: string): number {
  const tookMs = answersMs.map((atMs, number) => atMs - arrivalsMs[number]!).sort((a, b) => a - b);
  const ratio = Number(`0.${quantile.slice(1)}`);
  return tookMs[Math.ceil(ratio * tookMs.length) - 1]!;
}
