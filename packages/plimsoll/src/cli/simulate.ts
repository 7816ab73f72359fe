import { randomInt } from "node:crypto";
import { PlimsollError } from "../base/errors.ts";
import { parseAddress } from "../base/guard-address.ts";
import type { Simulation } from "../simulate/behaviour.ts";
import { type Simulator, startSimulator } from "../simulate/simulator.ts";
import type { Console } from "./console.ts";
import { wholeNumber } from "./number-flag.ts";
import { watchSignals } from "./signals.ts";
import { readSimulation, type SimulationFlags } from "./simulation-config.ts";
import { renderTruth } from "./truth-table.ts";

export interface SimulateFlags extends SimulationFlags {
  readonly port: string;
  readonly host: string;
  readonly allowRemote?: boolean;
}

const MAX_SEED = 2 ** 32;

/** `plimsoll simulate`: serves until SIGINT or SIGTERM, then tells the truth. @throws SPEC_INVALID USAGE PORT_IN_USE */
export async function simulateCommand(flags: SimulateFlags, console: Console): Promise<number> {
  const port = wholeNumber("--port", flags.port, { least: 0, most: 65_535 }) ?? 0;
  refuseRemote(flags);
  const simulation = readSimulation(flags, randomInt(MAX_SEED));
  await using simulator = await listen(simulation, flags.host, port);
  const stopped = untilStopped();
  const ready = `ready: ${simulator.url}\n`;
  // With --json the one document on standard output is the truth, at the end.
  if (console.isJson) console.note(ready);
  else console.out(ready);
  console.note(`seed ${simulation.seed}; ${simulator.url}/truth tells what was served; stop with Ctrl-C\n`);
  process.send?.({ state: "ready", url: simulator.url });
  await stopped;
  const truth = simulator.truth();
  if (console.isJson) console.out(`${JSON.stringify(truth)}\n`);
  else if (!console.isQuiet) console.out(renderTruth(truth, { width: console.columns, colour: console.hasColour }));
  return 0;
}

/** Also when the process that started this one has gone. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const watch = watchSignals(() => {
      watch.stop();
      resolve();
    });
    process.once("disconnect", () => resolve());
  });
}

/** Without a word, as a process that the system kills; no truth is told. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}

/** Anyone who reaches the port can read and reset what it tells, and make it send without end. */
function refuseRemote({ host, allowRemote }: SimulateFlags): void {
  if (allowRemote === true || isLoopback(host)) return;
  throw new PlimsollError("USAGE", `--host ${host} is not a loopback address, so others could reach the simulator`, {
    hint: "Leave --host out, or add --allow-remote if the network is yours.",
  });
}

function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  const octets = parseAddress(host);
  if (octets === undefined) return false;
  return octets.length === 4 ? octets[0] === 127 : octets.every((octet, index) => octet === (index === 15 ? 1 : 0));
}

async function listen(simulation: Simulation, host: string, port: number): Promise<Simulator> {
  return startSimulator(simulation, { host, port, die }).catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")
      throw new PlimsollError("PORT_IN_USE", `port ${port} on ${host} is taken`, { cause });
    throw new PlimsollError("USAGE", `cannot listen on ${host}: ${cause instanceof Error ? cause.message : cause}`, {
      hint: "Give another --host or --port.",
      cause,
    });
  });
}
