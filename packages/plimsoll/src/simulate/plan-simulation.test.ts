import { describe, expect, test } from "vitest";
import { CHAT_PATH, planSimulation } from "./plan-simulation.ts";
import { type WrittenSimulation, writtenSimulation } from "./written-simulation.ts";

function plan(...layers: readonly object[]) {
  const written = layers.map((layer): WrittenSimulation => writtenSimulation.parse(layer));
  const planned = planSimulation(written, 7);
  if (planned.kind === "problems") throw new Error(JSON.stringify(planned.problems));
  return planned.simulation;
}

function problems(layer: object) {
  const planned = planSimulation([writtenSimulation.parse(layer)], 7);
  return planned.kind === "problems" ? planned.problems.map(({ path }) => path.join(".")) : [];
}

describe("a simulation", () => {
  test("of nothing answers at once, with the seed that was offered", () => {
    expect(plan({})).toMatchObject({ seed: 7, readyAfterMs: 0, otherwise: { service: { kind: "fixed", ms: 0 } } });
  });

  test("takes the later layer where both speak, and the earlier where only it does", () => {
    const simulation = plan({ seed: 3, service: "5ms", servers: 4 }, { service: "20ms", seed: undefined });
    expect(simulation.seed).toBe(3);
    expect(simulation.otherwise).toMatchObject({ service: { ms: 20 }, serverCount: 4 });
  });

  test("a path says only what differs, and takes back with none", () => {
    const { paths } = plan({
      servers: 8,
      queue: 12,
      errors: "503 1%",
      paths: { "/a": { service: "9ms" }, "/b": { servers: "none", queue: "none", errors: "none" } },
    });
    expect(paths.get("/a")).toMatchObject({ service: { ms: 9 }, serverCount: 8, queueCount: 12 });
    expect(paths.get("/b")).toMatchObject({ serverCount: undefined, queueCount: undefined, errors: [] });
  });

  test("never batches chat completions", () => {
    const simulation = plan({ batch: 16, batchTime: "50ms+5ms", ttft: "100ms" });
    expect(simulation.otherwise.batch).toMatchObject({ maxCount: 16 });
    expect(simulation.paths.get(CHAT_PATH)).toMatchObject({ batch: undefined, stream: { ttft: { ms: 100 } } });
  });

  test.each([
    ["queue", { queue: 3 }],
    ["batch", { batch: 3 }],
    ["batchTime", { batchTime: "5ms" }],
    ["paths./health", { paths: { "/health": {} } }],
    ["paths./fault/reset", { paths: { "/fault/reset": {} } }],
    ["paths./a?b", { paths: { "/a?b": {} } }],
    ["paths./a.queue", { paths: { "/a": { queue: 3 } } }],
  ])("tells what is wrong with %s", (path, layer) => {
    expect(problems(layer)).toEqual([path]);
  });
});
