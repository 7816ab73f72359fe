import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Truth } from "../../packages/plimsoll/src/simulate/truth.ts";
import { startProcess } from "./processes.ts";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

/** `plimsoll simulate` in a process of its own. */
export interface SimulatedTarget {
  readonly url: string;
  truth(): Promise<Truth>;
  receivedCount(): Promise<number>;
}

/** Runs until the test is over; `args` are those of the command. */
export async function startSimulatedTarget(args: readonly string[]): Promise<SimulatedTarget> {
  const ready = /^ready: (http:\S+)/m;
  const { url, stop } = await startProcess(process.execPath, [BIN, "simulate", "--port", "0", ...args], { ready });
  onTestFinished(stop);
  const truth = async (): Promise<Truth> => JSON.parse(await (await fetch(`${url}/truth`)).text());
  return { url, truth, receivedCount: async () => (await truth()).total.received };
}
