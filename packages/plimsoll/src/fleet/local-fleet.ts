import { Worker } from "node:worker_threads";
import { PlimsollError } from "../base/errors.ts";
import type { PhaseEnd } from "../engine/phase-run.ts";
import type { RawBatch } from "../engine/raw-log.ts";
import type { SecondRecord } from "../records/second.ts";
import type { Profile } from "../spec/spec.ts";
import { forbidIdleCollection } from "./idle-collection.ts";
import type { FromThread, MetronomeMessage, RawMessage, ThreadSetup, ToThread } from "./messages.ts";
import { loadThreadName, metronomeName, type ThreadIds } from "./process-load.ts";
import { SecondAssembly } from "./second-assembly.ts";

/** A fleet of one machine: its load threads, and what they tell put together. Owns the threads until `close`. */
export interface LocalFleet {
  /** Of load threads and their metronomes, where the system has such; grows as metronomes begin. */
  readonly systemThreadIds: ThreadIds;
  /** Runs one phase on all threads. @throws WORKER_LOST when a thread dies. */
  runPhase(phase: FleetPhase): Promise<PhaseEnd>;
  /** The phase goes on with this profile from `fromMs` on its clock. */
  replan(profile: Profile, fromMs: number): void;
  /** Ends the phase now; what is in flight gets `drainMs` (undefined: the spec's). */
  stop(drainMs: number | undefined): void;
  close(): Promise<void>;
}

export interface FleetPhase {
  readonly index: number;
  readonly startAtMs: number;
  readonly profile: Profile;
  readonly onSecond: (second: SecondRecord) => void;
}

export interface LocalFleetOptions {
  readonly setup: Omit<ThreadSetup, "slice">;
  readonly threadCount: number;
  readonly threadUrl: URL;
  /** Rows of single requests, where the setup asks for them. */
  readonly onRaw?: ((batch: RawBatch) => void) | undefined;
}

interface Thread {
  readonly worker: Worker;
  onMessage: (message: Exclude<FromThread, RawMessage | MetronomeMessage>) => void;
}

/** Resolves once every thread is ready to send. */
export async function startLocalFleet(options: LocalFleetOptions): Promise<LocalFleet> {
  forbidIdleCollection();
  let fail: (error: PlimsollError) => void = () => {};
  const lost = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // Unhandled only while no phase waits on it: the next phase would see it at once.
  lost.catch(() => {});
  const systemThreadIds = new Map<string, number>();
  const onMetronome = (index: number, id: number) => systemThreadIds.set(metronomeName(index), id);
  const threads = Array.from({ length: options.threadCount }, (_, index) =>
    startThread({ ...options, onMetronome }, index, fail),
  );
  const threadIds = await Promise.race([lost, Promise.all(threads.map((thread) => untilReady(thread)))]);
  threadIds.forEach((id, index) => {
    if (id !== undefined) systemThreadIds.set(loadThreadName(index), id);
  });
  const tell = (message: ToThread) => {
    for (const thread of threads) thread.worker.postMessage(message);
  };
  return {
    systemThreadIds,
    runPhase: (phase) => Promise.race([lost, runPhase(threads, phase)]),
    replan: (profile, fromMs) => tell({ type: "replan", profile, fromMs }),
    stop: (drainMs) => tell({ type: "stop", drainMs }),
    close: async () => {
      tell({ type: "close" });
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}

interface Hearing extends LocalFleetOptions {
  readonly onMetronome: (index: number, systemThreadId: number) => void;
}

function startThread(options: Hearing, index: number, fail: (error: PlimsollError) => void): Thread {
  const setup: ThreadSetup = { ...options.setup, slice: { index, count: options.threadCount } };
  const worker = new Worker(options.threadUrl, { workerData: setup, name: `plimsoll-load-${index}` });
  const thread: Thread = { worker, onMessage: () => {} };
  worker.on("message", (message: FromThread) => {
    if (message.type === "raw") options.onRaw?.(message.batch);
    else if (message.type === "metronome") options.onMetronome(index, message.systemThreadId);
    else thread.onMessage(message);
  });
  worker.on("error", (cause) =>
    fail(new PlimsollError("WORKER_LOST", `load thread ${index} died: ${cause}`, { cause })),
  );
  return thread;
}

function untilReady(thread: Thread): Promise<number | undefined> {
  return new Promise((resolve) => {
    thread.onMessage = (message) => {
      if (message.type === "ready") resolve(message.systemThreadId);
    };
  });
}

function runPhase(threads: readonly Thread[], phase: FleetPhase): Promise<PhaseEnd> {
  const assembly = new SecondAssembly(threads.length, phase.onSecond);
  const ends: PhaseEnd[] = [];
  return new Promise((resolve) => {
    threads.forEach((thread, index) => {
      thread.onMessage = (message) => {
        switch (message.type) {
          case "ready":
            break;
          case "second":
            assembly.told(index, message.second);
            break;
          case "phaseEnded":
            assembly.ended(index);
            ends.push(message);
            if (ends.length === threads.length) resolve(latest(ends));
            break;
        }
      };
      const begin: ToThread = {
        type: "phase",
        index: phase.index,
        startAtMs: phase.startAtMs,
        profile: phase.profile,
      };
      thread.worker.postMessage(begin);
    });
  });
}

function latest(ends: readonly PhaseEnd[]): PhaseEnd {
  return {
    endedAtMs: Math.max(...ends.map((end) => end.endedAtMs)),
    drainedAtMs: Math.max(...ends.map((end) => end.drainedAtMs)),
  };
}
