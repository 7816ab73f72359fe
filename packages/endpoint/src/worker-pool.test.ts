import { afterEach, describe, expect, test } from "vitest";
import type { EmbedJob } from "./messages.ts";
import { type PoolOptions, WorkerPool } from "./worker-pool.ts";

/**
 * A real thread with a toy model: a text is answered with its length, "die" ends the thread, "throw" breaks inference,
 * and "hold" is never answered.
 */
const TOY = `
import { parentPort, workerData } from "node:worker_threads";
if (workerData.modelDir === "unfit") parentPort.postMessage({ type: "unfit", reason: "golden sentence 0: cosine 0.1" });
else if (workerData.modelDir === "dies early") process.exit(3);
else parentPort.postMessage({ type: "ready", loadMs: 1, minCosine: 1 });
parentPort.on("message", (message) => {
  if (message.type === "close") return parentPort.close();
  const texts = message.jobs.flatMap((job) => job.texts);
  if (texts.includes("die")) process.exit(7);
  if (texts.includes("throw")) return parentPort.postMessage({ type: "broke", reason: "toy" });
  if (texts.includes("hold")) return;
  const answers = message.jobs.map((job) => ({
    vectorsJson: new TextEncoder().encode(JSON.stringify(job.texts.map((text) => text.length))),
    tokenCount: message.jobs.length,
  }));
  parentPort.postMessage({ type: "answered", answers, runs: [{ textCount: texts.length, durationMs: 1 }] });
});
`;

let pools: WorkerPool[] = [];
afterEach(async () => {
  for (const pool of pools) await pool.close();
  pools = [];
});

function startPool(options: Partial<PoolOptions> = {}): WorkerPool {
  const pool = new WorkerPool({
    workerUrl: new URL(`data:text/javascript,${encodeURIComponent(TOY)}`),
    modelDir: "fit",
    workers: 1,
    maxBatch: 4,
    batchWaitMs: 0,
    maxQueue: 2,
    extraMsPerText: 0,
    onRun: () => {},
    onLog: () => {},
    ...options,
  });
  pools.push(pool);
  pool.start();
  return pool;
}

const job = (...texts: string[]): EmbedJob => ({ texts, isNormalized: true, format: "plain" });

/** The vectors that the toy model answered, or the kind of failure. */
async function outcomeOf(pool: WorkerPool, ...texts: string[]): Promise<unknown> {
  const outcome = await pool.submit(job(...texts)).outcome;
  return outcome.kind === "embedded" ? JSON.parse(new TextDecoder().decode(outcome.answer.vectorsJson)) : outcome.kind;
}

describe("WorkerPool", () => {
  test("it is loading, and refuses jobs, until its workers are ready", async () => {
    const pool = startPool({ workers: 2 });
    expect(pool.status).toEqual({ kind: "loading" });
    expect(await outcomeOf(pool, "a")).toBe("unavailable");
    await pool.ready;
    expect(pool.status).toEqual({ kind: "healthy", workerCount: 2 });
    expect(await outcomeOf(pool, "abc", "")).toEqual([3, 0]);
  });

  test("jobs that wait together are embedded together, each getting its own answer", async () => {
    const runs: number[] = [];
    const pool = startPool({ maxQueue: 3, onRun: ({ textCount }) => runs.push(textCount) });
    await pool.ready;
    const outcomes = [["x"], ["aa", "bbb"], ["c"], ["dd"]].map((texts) => outcomeOf(pool, ...texts));
    expect(await Promise.all(outcomes)).toEqual([[1], [2, 3], [1], [2]]);
    expect(runs).toEqual([1, 4]);
  });

  test("a job over the queue's limit is shed at once", async () => {
    const pool = startPool({ maxQueue: 2 });
    await pool.ready;
    const outcomes = ["x", "y", "z", "shed"].map((text) => outcomeOf(pool, text));
    expect(await Promise.all(outcomes)).toEqual([[1], [1], [1], "queue-full"]);
  });

  test("with a queue of 0 a free worker still serves", async () => {
    const pool = startPool({ maxQueue: 0 });
    await pool.ready;
    expect(await Promise.all([outcomeOf(pool, "x"), outcomeOf(pool, "y")])).toEqual([[1], "queue-full"]);
  });

  test("a job that was cancelled while it waited reaches no worker", async () => {
    const runs: number[] = [];
    const pool = startPool({ onRun: ({ textCount }) => runs.push(textCount) });
    await pool.ready;
    const first = pool.submit(job("x"));
    const second = pool.submit(job("y", "z"));
    second.cancel();
    first.cancel(); // a worker has it: too late
    expect((await first.outcome).kind).toBe("embedded");
    expect((await second.outcome).kind).toBe("cancelled");
    expect(runs).toEqual([1]);
  });

  test("a worker that dies breaks only the jobs it held, and is replaced", async () => {
    const logged: string[] = [];
    const pool = startPool({ onLog: ({ message }) => logged.push(message) });
    await pool.ready;
    const died = outcomeOf(pool, "die");
    const waiting = outcomeOf(pool, "after");
    expect(await died).toBe("broke");
    expect(pool.status).toEqual({ kind: "loading" }); // none is left
    expect(await waiting).toEqual([5]); // it waited for the new one
    expect(pool.status).toEqual({ kind: "healthy", workerCount: 1 });
    expect(logged).toContain("a worker died: it exited with status 7");
  });

  test("inference that breaks costs one batch and no worker", async () => {
    const pool = startPool();
    await pool.ready;
    expect(await outcomeOf(pool, "throw")).toBe("broke");
    expect(pool.status).toEqual({ kind: "healthy", workerCount: 1 });
    expect(await outcomeOf(pool, "ab")).toEqual([2]);
  });

  test.each([
    ["unfit", "golden sentence 0: cosine 0.1"],
    ["dies early", "it exited with status 3"],
  ])("a worker that is or does %s while loading makes the pool fail, with the reason", async (modelDir, reason) => {
    const pool = startPool({ modelDir });
    await expect(pool.ready).rejects.toThrow(reason);
    expect(pool.status).toEqual({ kind: "failed", reason });
    expect(await outcomeOf(pool, "a")).toBe("unavailable");
  });

  test("once it refuses, accepted jobs go on and new ones are turned away", async () => {
    const pool = startPool();
    await pool.ready;
    const accepted = [outcomeOf(pool, "a"), outcomeOf(pool, "bb")];
    pool.refuse();
    expect(await outcomeOf(pool, "c")).toBe("unavailable");
    expect(await Promise.all(accepted)).toEqual([[1], [2]]);
  });

  test("closing settles what was never answered", async () => {
    const pool = startPool();
    await pool.ready;
    const outcomes = [outcomeOf(pool, "hold"), outcomeOf(pool, "waits")];
    await pool.close();
    expect(await Promise.all(outcomes)).toEqual(["unavailable", "unavailable"]);
    expect(pool.status).toEqual({ kind: "stopping" });
  });

  test("closing before the model is ready rejects ready", async () => {
    const pool = startPool();
    await pool.close();
    await expect(pool.ready).rejects.toThrow("stopped before");
  });
});
