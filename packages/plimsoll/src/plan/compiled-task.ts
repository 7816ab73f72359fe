import type { Spec, Step, Think } from "../spec/spec.ts";
import { compileExpectation, type Expectation } from "./expectation.ts";
import { compileMix, type Mix } from "./mix.ts";
import { compileRequest, type RequestTemplate } from "./request-template.ts";

/** A task ready to be sent: everything that can be worked out before the first request is. */
export interface CompiledTask {
  readonly name: string;
  readonly think: Think | undefined;
  readonly steps: readonly CompiledStep[];
}

export interface CompiledStep {
  /** Index into `CompiledTasks.requestNames`. */
  readonly requestIndex: number;
  readonly template: RequestTemplate;
  readonly expectation: Expectation;
  readonly checkRatio: number;
  readonly capture: Step["capture"];
  readonly needsBodyForCapture: boolean;
  readonly needsHeadersForCapture: boolean;
}

export interface CompiledTasks {
  readonly tasks: readonly CompiledTask[];
  /** Names under which requests are counted, each once, in the order of the spec. */
  readonly requestNames: readonly string[];
}

/** What building bytes needs of the world: values of environment references, and how to introduce oneself. */
export interface CompileOptions {
  readonly resolve: (name: string) => string | undefined;
  readonly userAgent: string;
}

/** Steps of one name (grouped on purpose by `name:`) share a place in `requestNames`. */
export function compileTasks(spec: Spec, options: CompileOptions): CompiledTasks {
  const requestNames = requestNamesOf(spec);
  const tasks = spec.tasks.map((task) => ({
    name: task.name,
    think: task.think,
    steps: task.steps.map((step) => compileStep(spec, step, { ...options, requestNames })),
  }));
  return { tasks, requestNames };
}

/** Request names in the order in which the spec first mentions them. */
export function requestNamesOf(spec: Spec): readonly string[] {
  return [...new Set(spec.tasks.flatMap((task) => task.steps.map((step) => step.name)))];
}

/** The mix of one profile: indices into `spec.tasks` of those that its tags admit, by weight. */
export function compileProfileMix(spec: Spec, tags: readonly string[] | undefined): Mix {
  return compileMix(
    spec.tasks.map((task) => (tags === undefined || task.tags.some((tag) => tags.includes(tag)) ? task.weight : 0)),
  );
}

function compileStep(
  spec: Spec,
  step: Step,
  { resolve, userAgent, requestNames }: CompileOptions & { readonly requestNames: readonly string[] },
): CompiledStep {
  const captures = Object.values(step.capture);
  return {
    requestIndex: requestNames.indexOf(step.name),
    template: compileRequest(step, { target: spec.target, headers: spec.headers, data: spec.data, resolve, userAgent }),
    expectation: compileExpectation(step.expect),
    checkRatio: step.expect.checkRatio,
    capture: step.capture,
    needsBodyForCapture: captures.some((capture) => capture.from === "json"),
    needsHeadersForCapture: captures.some((capture) => capture.from === "header"),
  };
}
