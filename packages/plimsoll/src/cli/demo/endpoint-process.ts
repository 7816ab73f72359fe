import { type ChildProcess, fork } from "node:child_process";
import { PlimsollError } from "../../base/errors.ts";
import type { ServeMessage } from "../serve.ts";

const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 15_000;

/** The reference endpoint in a process of its own, so that it shares no event loop with the load. */
export interface EndpointProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Resolves once the model is loaded and answers right. @throws TARGET_NOT_READY ENDPOINT_MISSING */
export async function startEndpointProcess(serveArgs: readonly string[]): Promise<EndpointProcess> {
  const child = fork(process.argv[1]!, ["serve", "--port", "0", "--quiet", ...serveArgs], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // A Ctrl-C in the terminal reaches the whole group: the endpoint must outlive the run's drain.
    detached: true,
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString("utf8")).slice(-2000);
  });
  const url = await untilReady(child, () => errors).catch(async (error: unknown) => {
    await stopChild(child);
    throw error;
  });
  return { url, stop: () => stopChild(child) };
}

function untilReady(child: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => reject(new PlimsollError("TARGET_NOT_READY", `${message}\n${errors().trim()}`));
    const timer = setTimeout(
      () => fail(`the endpoint was not ready within ${READY_WITHIN_MS / 1000} s`),
      READY_WITHIN_MS,
    );
    child.on("message", (message: ServeMessage) => {
      if (message.state !== "ready") return;
      clearTimeout(timer);
      resolve(message.url);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      if (errors().includes("ENDPOINT_MISSING"))
        reject(new PlimsollError("ENDPOINT_MISSING", "the reference endpoint is not installed here"));
      else fail(`the endpoint ended at once (exit code ${code})`);
    });
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}
