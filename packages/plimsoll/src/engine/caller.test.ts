import { describe, expect, test } from "vitest";
import { compileTasks } from "../plan/compiled-task.ts";
import { runTotalsFold } from "../records/run-totals.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { EngineContext } from "./engine-context.ts";
import { PhaseRun } from "./phase-run.ts";
import { type VirtualAnswer, VirtualWorld } from "./virtual-world.ts";

function specOf(tasks: object): Spec {
  const value = { target: "http://127.0.0.1:1", tasks, profiles: { p: { users: 1, for: "1s", think: "10s" } } };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

/** One user asks once; the target answers each path as told. */
async function askOnce(spec: Spec, answers: Record<string, VirtualAnswer>, more: Partial<EngineContext> = {}) {
  const world = new VirtualWorld((_n, _atMs, request) => answers[request.path] ?? { afterMs: 20, status: 404 });
  const compiled = compileTasks(spec, { resolve: () => undefined, userAgent: "test" });
  const run = new PhaseRun(world.context(compiled, more), spec, { index: 0, startAtMs: 0, profile: spec.profiles[0]! });
  await world.run(run.done);
  const totals = runTotalsFold.done(
    world.seconds.reduce((state, second) => runTotalsFold.step(state, second), runTotalsFold.init()),
  );
  const errors = world.seconds.flatMap((second) => Object.values(second.tasks).map((task) => task.errors));
  return { world, totals, errors: errors.filter((kinds) => Object.keys(kinds).length > 0) };
}

describe("a flow of several steps", () => {
  const flow = {
    order: {
      steps: [
        { name: "create", post: "/orders", json: { a: 1 }, capture: { id: "$.order.id" } },
        { name: "read", get: "/orders/{{id}}" },
      ],
    },
  };

  test("sends the second only after the first was right, with what it captured, counted under its own name", async () => {
    const { world, totals } = await askOnce(specOf(flow), {
      "/orders": { afterMs: 30, body: '{"order":{"id":42}}' },
      "/orders/42": { afterMs: 10 },
    });
    expect(world.sent).toEqual([
      { atMs: 0, path: "/orders" },
      { atMs: 30, path: "/orders/42" },
    ]);
    expect(totals).toMatchObject({ planned: 2, sent: 2, completed: 2 });
    expect(world.seconds.flatMap((second) => Object.keys(second.tasks))).toEqual(["order.create", "order.read"]);
  });

  test("ends at a step that failed: what was never due is not counted", async () => {
    const { world, totals } = await askOnce(specOf(flow), { "/orders": { afterMs: 30, status: 500 } });
    expect(world.sent).toHaveLength(1);
    expect(totals).toMatchObject({ planned: 1, sent: 1, failed: 1 });
  });

  test("fails where there is nothing to capture, and says what it wanted", async () => {
    const { totals, errors } = await askOnce(specOf(flow), { "/orders": { afterMs: 30, body: '{"order":{}}' } });
    expect(totals).toMatchObject({ completed: 0, failed: 1 });
    expect(errors).toEqual([{ expectation: { "nothing to capture as id": 1 } }]);
  });
});

describe("redirects", () => {
  const spec = specOf({ ask: { post: "/a", json: {} } });
  const answers = { "/a": { afterMs: 20, status: 303, headers: { location: "/b" } }, "/b": { afterMs: 30 } };

  test("are not followed unless asked: a 303 is the answer", async () => {
    const { world, totals } = await askOnce(spec, answers);
    expect(world.sent.map(({ path }) => path)).toEqual(["/a"]);
    expect(totals).toMatchObject({ completed: 1 });
  });

  test("within the same origin are part of the same request, from its scheduled start", async () => {
    const { world, totals } = await askOnce(spec, answers, { redirectOrigin: "http://127.0.0.1:1" });
    expect(world.sent.map(({ path }) => path)).toEqual(["/a", "/b"]);
    expect(totals).toMatchObject({ planned: 1, sent: 1, completed: 1 });
    expect(world.seconds[0]!.tasks["ask"]!.responseMs.max).toBe(50);
    expect(world.seconds[0]!.tasks["ask"]!.serviceMs.max).toBe(50);
  });

  test.each([["http://127.0.0.1:2/b"], ["https://127.0.0.1:1/b"], ["//example.com/b"]])(
    "to another origin (%s) are never followed",
    async (location) => {
      const elsewhere = { "/a": { afterMs: 20, status: 303, headers: { location } } };
      const { world } = await askOnce(spec, elsewhere, { redirectOrigin: "http://127.0.0.1:1" });
      expect(world.sent).toHaveLength(1);
    },
  );

  test("a loop ends", async () => {
    const loop = { "/a": { afterMs: 1, status: 307, headers: { location: "/a" } } };
    const { world, totals } = await askOnce(spec, loop, { redirectOrigin: "http://127.0.0.1:1" });
    expect(world.sent).toHaveLength(6);
    expect(totals).toMatchObject({ sent: 1, completed: 1 });
  });
});

test("what the target says is cleared of secrets before it is counted", async () => {
  const spec = specOf({ ask: { get: "/a", expect: { json: { ok: true } } } });
  const { errors } = await askOnce(
    spec,
    { "/a": { afterMs: 1, body: '{"ok":"hunter2"}' } },
    { redact: (text) => text.replaceAll("hunter2", "***") },
  );
  expect(JSON.stringify(errors)).toContain("***");
  expect(JSON.stringify(errors)).not.toContain("hunter2");
});
