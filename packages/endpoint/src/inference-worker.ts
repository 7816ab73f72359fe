// The entry of one inference thread. It holds the model: tokenising and `session.run` block whichever thread calls
// them, so the main thread, which must answer /health at any load, does neither. It knows no HTTP and no queue.
import { parentPort, workerData } from "node:worker_threads";
import { writeAnswer } from "./answer.ts";
import { Embedder } from "./embedder.ts";
import { checkGolden, readGolden } from "./golden.ts";
import type { EmbedAnswer, EmbedJob, FromWorker, ToWorker, WorkerSettings } from "./messages.ts";

if (parentPort === null) throw new Error("inference-worker runs as a worker thread only");
const port = parentPort;
const { modelDir, maxBatch, extraMsPerText }: WorkerSettings = workerData;

let isServing = false;
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Blocks this thread, as slower arithmetic would; not while it loads, so that only requests are slower. */
function holdAfterRun(textCount: number): void {
  if (isServing && extraMsPerText > 0) Atomics.wait(never, 0, 0, extraMsPerText * textCount);
}

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function load(): Promise<Embedder | undefined> {
  const startMs = performance.now();
  try {
    const embedder = await Embedder.load({ modelDir, maxBatch, holdAfterRun });
    const minCosine = await checkGolden(embedder, await readGolden(modelDir));
    isServing = true;
    send({ type: "ready", loadMs: performance.now() - startMs, minCosine });
    return embedder;
  } catch (error) {
    send({ type: "unfit", reason: String(error) });
    return undefined;
  }
}

async function answer(embedder: Embedder, jobs: readonly EmbedJob[]): Promise<void> {
  try {
    const rows = jobs.flatMap(({ texts, isNormalized }) => texts.map((text) => ({ text, isNormalized })));
    const { vectors, tokenCounts, runs } = await embedder.embed(rows);
    const answers: EmbedAnswer[] = [];
    let next = 0;
    for (const job of jobs) {
      const end = next + job.texts.length;
      const tokenCount = tokenCounts.slice(next, end).reduce((sum, count) => sum + count, 0);
      answers.push(writeAnswer(job, vectors.slice(next, end), tokenCount));
      next = end;
    }
    send(
      { type: "answered", answers, runs },
      answers.map(({ vectorsJson }) => vectorsJson.buffer),
    );
  } catch (error) {
    send({ type: "broke", reason: String(error) });
  }
}

const embedder = await load();
port.on("message", async (message: ToWorker) => {
  if (message.type === "batch" && embedder !== undefined) return answer(embedder, message.jobs);
  await embedder?.close();
  port.close();
});
