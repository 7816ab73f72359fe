import { type BatchLaw, type Behaviour, DEFAULT_BEHAVIOUR, type Simulation } from "./behaviour.ts";
import type { WrittenBehaviour, WrittenSimulation } from "./written-simulation.ts";

/** Where the OpenAI-style streams are. */
export const CHAT_PATH = "/v1/chat/completions";

/** Paths that the server answers itself and never counts as load. */
const OWN_PATHS = ["/health", "/truth", "/truth/reset", "/v1/models"] as const;

/** A fault of the whole: where it stands and what it is. */
export interface SimulationProblem {
  readonly path: readonly string[];
  readonly message: string;
}

export type PlannedSimulation =
  | { readonly kind: "simulation"; readonly simulation: Simulation }
  | { readonly kind: "problems"; readonly problems: readonly SimulationProblem[] };

/**
 * The simulation that these layers make, the later over the earlier (a file, then flags); a path says only what
 * differs from the rest. `seed` is taken where no layer has one.
 */
export function planSimulation(layers: readonly WrittenSimulation[], seed: number): PlannedSimulation {
  const problems: SimulationProblem[] = [];
  const whole = lay(layers);
  const paths = new Map<string, Behaviour>();
  const listed = Object.entries(whole.paths ?? {});
  for (const [path, written] of listed) {
    const problem = problemOfPath(path);
    if (problem !== undefined) problems.push({ path: ["paths", path], message: problem });
    paths.set(path, planPath(path, lay<WrittenBehaviour>([whole, written]), problems));
  }
  if (!paths.has(CHAT_PATH)) paths.set(CHAT_PATH, planPath(CHAT_PATH, whole, []));
  const otherwise = planBehaviour(whole, [], problems);
  if (problems.length > 0) return { kind: "problems", problems };
  const simulation = { seed: whole.seed ?? seed, readyAfterMs: whole.readyAfter ?? 0, otherwise, paths };
  return { kind: "simulation", simulation };
}

/** A key that a layer leaves out is none there, so that the layer below shows. */
function lay<T extends WrittenBehaviour>(layers: readonly T[]): T {
  return Object.assign({}, ...layers.map(withoutUndefined));
}

function withoutUndefined(layer: object): object {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined));
}

/** A stream is a work of its own: chat completions are not batched. */
function planPath(path: string, written: WrittenBehaviour, problems: SimulationProblem[]): Behaviour {
  const { batch: _batch, batchTime: _batchTime, ...unbatched } = written;
  return planBehaviour(path === CHAT_PATH ? unbatched : written, ["paths", path], problems);
}

function planBehaviour(written: WrittenBehaviour, path: readonly string[], problems: SimulationProblem[]): Behaviour {
  const own = DEFAULT_BEHAVIOUR;
  const batch = planBatch(written, path, problems);
  const serverCount = unlessNone(written.servers);
  const queueCount = unlessNone(written.queue);
  if (queueCount !== undefined && serverCount === undefined && batch === undefined && path.at(-1) !== CHAT_PATH) {
    problems.push({ path: [...path, "queue"], message: "a queue needs servers that it waits for; give servers too" });
  }
  return {
    service: written.service ?? own.service,
    serverCount,
    queueCount,
    overflow: written.overflow ?? own.overflow,
    retryAfterSec: written.retryAfter === undefined ? own.retryAfterSec : Math.ceil(written.retryAfter / 1000),
    batch,
    stall: unlessNone(written.stall),
    leakPerMinRatio: unlessNone(written.leak) ?? 0,
    errors: unlessNone(written.errors) ?? [],
    responseBytes: written.responseSize ?? own.responseBytes,
    stream: {
      ttft: written.ttft ?? own.stream.ttft,
      gap: written.gap ?? own.stream.gap,
      tokenCount: written.tokens ?? own.stream.tokenCount,
    },
  };
}

function planBatch(
  written: WrittenBehaviour,
  path: readonly string[],
  problems: SimulationProblem[],
): BatchLaw | undefined {
  const maxCount = unlessNone(written.batch);
  if (maxCount === undefined) {
    if (written.batchTime !== undefined && written.batch === undefined)
      problems.push({ path: [...path, "batchTime"], message: "nothing is batched; give batch too, such as 16" });
    return undefined;
  }
  if (written.batchTime !== undefined) return { maxCount, ...written.batchTime };
  problems.push({ path: [...path, "batch"], message: "a batch needs its time; give batchTime too, such as 50ms+5ms" });
  return undefined;
}

function problemOfPath(path: string): string | undefined {
  const isOwn = OWN_PATHS.some((own) => own === path) || path.startsWith("/fault/");
  if (isOwn) return "the server answers this path itself";
  return /[?#\s]/.test(path) ? "a path without query, fragment and blanks is wanted" : undefined;
}

function unlessNone<T>(value: T | "none" | undefined): T | undefined {
  return value === "none" ? undefined : value;
}
