import { type ChildProcess, fork } from "node:child_process";
import { PlimsollError } from "../../base/errors.ts";
import type { NullTargetMessage } from "./null-target-process.ts";

const READY_WITHIN_MS = 10_000;

/** A target that answers at once, in a process of its own. */
export interface NullTarget {
  readonly url: string;
  /** CPU time it has used so far. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

/** @throws TARGET_NOT_READY when it cannot listen on loopback */
export async function startNullTarget(): Promise<NullTarget> {
  const child = fork(new URL("./null-target.js", import.meta.url), { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const told = await nextMessage(child).catch(async (error: unknown) => {
    await stop(child);
    throw error;
  });
  if (!("port" in told)) throw new PlimsollError("BUG", "the null target told no port");
  return {
    url: `http://127.0.0.1:${told.port}`,
    cpuMs: async () => {
      const answer = nextMessage(child);
      child.send({});
      const message = await answer;
      return "cpuMs" in message ? message.cpuMs : 0;
    },
    stop: () => stop(child),
  };
}

function nextMessage(child: ChildProcess): Promise<NullTargetMessage> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new PlimsollError("TARGET_NOT_READY", `the null target ${why}`));
    const onExit = () => fail("ended at once: may nothing listen on 127.0.0.1 here?");
    const timer = setTimeout(() => fail(`did not answer within ${READY_WITHIN_MS / 1000} s`), READY_WITHIN_MS);
    child.once("exit", onExit);
    child.once("message", (message: NullTargetMessage) => {
      clearTimeout(timer);
      child.off("exit", onExit);
      resolve(message);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}
