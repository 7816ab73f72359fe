/**
 * Entry of a metronome: a thread that sleeps until the instant its engine asked for and then sends it one message.
 * It does nothing else, so that it is never late for work of its own. Started by `metronome-alarm.ts`, built.
 */
import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { ASLEEP, METRONOME_SLOTS, type MetronomeSetup } from "./metronome-state.ts";
import { systemThreadId } from "./system-thread.ts";

const { shared, originNs }: MetronomeSetup = workerData;
const turns = new Int32Array(shared, 0, 1);
const dues = new Float64Array(shared, METRONOME_SLOTS.dueByte, 1);
new Int32Array(shared, METRONOME_SLOTS.threadIdByte, 1)[0] = systemThreadId() ?? 0;
const offsetMs = Number(process.hrtime.bigint() - BigInt(originNs)) / 1e6 - performance.now();

for (;;) {
  const turn = Atomics.load(turns, 0);
  const dueMs = dues[0]!;
  if (dueMs === ASLEEP) Atomics.wait(turns, 0, turn);
  else {
    const waitMs = dueMs - (performance.now() + offsetMs);
    const isReplaced = waitMs > 0 && Atomics.wait(turns, 0, turn, waitMs) !== "timed-out";
    if (isReplaced || performance.now() + offsetMs < dueMs) continue;
    parentPort?.postMessage(turn);
    // One ring for one setting: the engine asks anew.
    Atomics.wait(turns, 0, turn);
  }
}
