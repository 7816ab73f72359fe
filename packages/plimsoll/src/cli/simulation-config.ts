import { readFileSync, statSync } from "node:fs";
import { PlimsollError } from "../base/errors.ts";
import type { Simulation } from "../simulate/behaviour.ts";
import { planSimulation, type SimulationProblem } from "../simulate/plan-simulation.ts";
import {
  BEHAVIOUR_KEYS,
  SIMULATION_KEYS,
  type WrittenSimulation,
  writtenSimulation,
} from "../simulate/written-simulation.ts";
import { type Path, Problems } from "../spec/problems.ts";
import { type ReadSource, readSource } from "../spec/source.ts";
import { addIssues } from "../spec/zod-problems.ts";

/** As commander gives them; each is a key of the config file too. */
export interface SimulationFlags {
  readonly config?: string;
  readonly seed?: string;
  readonly service?: string;
  readonly servers?: string;
  readonly queue?: string;
  readonly overflow?: string;
  readonly retryAfter?: string;
  readonly batch?: string;
  readonly batchTime?: string;
  readonly stall?: string;
  readonly leak?: string;
  readonly errors?: string;
  readonly readyAfter?: string;
  readonly responseSize?: string;
  readonly ttft?: string;
  readonly gap?: string;
  readonly tokens?: string;
}

const MAX_CONFIG_BYTES = 1024 * 1024;
const FLAGS_NAME = "the command line";

/** The flags over the `--config` file; `seed` where neither has one. @throws SPEC_INVALID SPEC_UNREADABLE */
export function readSimulation(flags: SimulationFlags, seed: number): Simulation {
  const file = flags.config === undefined ? undefined : readConfig(flags.config);
  const own = readFlags(flags);
  const layers = file === undefined ? [own.written] : [file.written, own.written];
  const planned = planSimulation(layers, seed);
  if (planned.kind === "simulation") return planned.simulation;
  throw invalidWhole(planned.problems, [own.source, ...(file === undefined ? [] : [file.source])], flags.config);
}

interface ReadLayer {
  readonly source: ReadSource;
  readonly written: WrittenSimulation;
}

function readFlags(flags: SimulationFlags): ReadLayer {
  const keys = SIMULATION_KEYS.filter((key) => key !== "paths");
  const given = new Map<string, unknown>(Object.entries(flags));
  const value = Object.fromEntries(keys.map((key) => [key, given.get(key)]));
  const labels = Object.fromEntries(keys.map((key) => [key, flagOf(key)]));
  const source = readSource({ kind: "value", file: FLAGS_NAME, value, labels });
  return { source, written: readWritten(source, FLAGS_NAME) };
}

function readConfig(file: string): ReadLayer {
  const source = readSource({ kind: "yaml", file, text: readText(file) });
  return { source, written: readWritten(source, file) };
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size <= MAX_CONFIG_BYTES) return readFileSync(file, "utf8");
  } catch (cause) {
    const message = `${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`;
    throw new PlimsollError("SPEC_UNREADABLE", message, { hint: "Give --config a YAML or JSON file.", cause });
  }
  const message = `${file} is longer than ${MAX_CONFIG_BYTES} bytes`;
  throw new PlimsollError("SPEC_UNREADABLE", message, { hint: "Give --config a YAML or JSON file." });
}

function readWritten({ value, map }: ReadSource, name: string): WrittenSimulation {
  const parsed = writtenSimulation.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = new Problems(map);
  addIssues(problems, parsed.error.issues, { value, keysAt });
  throw simulationInvalid(name, problems);
}

function keysAt(path: Path): readonly string[] {
  return path.length === 0 ? SIMULATION_KEYS : BEHAVIOUR_KEYS;
}

/** What only the layers together show is told where the first of them that has the place knows it. */
function invalidWhole(
  problems: readonly SimulationProblem[],
  sources: readonly ReadSource[],
  config: string | undefined,
): PlimsollError {
  const found = new Problems({
    place: (path, end) => sources.map(({ map }) => map.place(path, end)).find((place) => place !== undefined),
    label: (path) => (config === undefined && path.length === 1 ? flagOf(String(path[0])) : path.join(".")),
  });
  for (const { path, message } of problems) found.add(path, message);
  return simulationInvalid(config ?? FLAGS_NAME, found);
}

function simulationInvalid(name: string, problems: Problems): PlimsollError {
  const count = problems.count === 1 ? "1 problem" : `${problems.count} problems`;
  return new PlimsollError("SPEC_INVALID", `${count} in ${name}`, {
    problems: problems.sorted(),
    hint: "`plimsoll simulate --help` lists the options; a config file has the same keys.",
  });
}

/** `batchTime` → `--batch-time`. */
function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
