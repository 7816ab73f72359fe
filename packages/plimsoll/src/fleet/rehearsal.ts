import { createServer, type Server } from "node:net";
import type { EngineContext } from "../engine/engine-context.ts";
import { PhaseRun } from "../engine/phase-run.ts";
import { type CompiledTasks, compileTasks } from "../plan/compiled-task.ts";
import type { ClosedProfile, Spec } from "../spec/spec.ts";
import { createHttp1Transport } from "../transport/http1/http1-transport.ts";
import { transportOptionsOf } from "./transport-options.ts";

const DURATION_MS = 60;
const USERS = 4;
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
/** Every third answer closes its connection, so that opening one is rehearsed too. */
const LAST_ANSWER = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";

/**
 * Plays the spec's requests for a moment against a listener of this thread's own, so that the first requests of a run
 * do not pay for compiling the code that sends them (30 users at once: 8 ms of lag, 2 ms after a rehearsal). The target
 * hears nothing of it; nothing is counted; references stay unresolved, so no secret is in those bytes.
 */
export async function rehearse(context: EngineContext, spec: Spec): Promise<void> {
  const listener = await listen();
  if (listener === undefined) return;
  const { server, port } = listener;
  const target = { origin: `http://127.0.0.1:${port}`, addresses: ["127.0.0.1"] };
  const transport = createHttp1Transport(transportOptionsOf(spec, target, context.clock.nowMs));
  try {
    const run = new PhaseRun(
      {
        ...context,
        transport,
        compiled: rehearsedTasks(spec),
        slice: { index: 0, count: 1 },
        drainMs: 0,
        redirectOrigin: undefined,
        raw: undefined,
        onSecond: () => {},
      },
      spec,
      { index: 0, startAtMs: context.clock.nowMs() + 1, profile: REHEARSAL },
    );
    await run.done;
  } finally {
    await transport.close();
    server.close();
  }
}

/** As in the run, but nobody stops to think. */
function rehearsedTasks(spec: Spec): CompiledTasks {
  const { tasks, requestNames } = compileTasks(spec, { resolve: () => "", userAgent: "" });
  return { tasks: tasks.map((task) => ({ ...task, think: undefined })), requestNames };
}

const REHEARSAL: ClosedProfile = {
  kind: "closed",
  name: "rehearsal",
  durationMs: DURATION_MS,
  stages: [{ users: USERS, spawnPerSec: undefined, durationMs: DURATION_MS }],
  think: { kind: "none" },
  tags: undefined,
  warmupMs: undefined,
};

/** Undefined where nobody may listen: then the first requests are a little late, as they would be without it. */
function listen(): Promise<{ readonly server: Server; readonly port: number } | undefined> {
  const server = createServer({ noDelay: true }, (socket) => {
    let count = 0;
    socket.on("error", () => {});
    socket.on("data", () => {
      if (++count < 3) socket.write(ANSWER);
      else socket.end(LAST_ANSWER);
    });
  });
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(address === null || typeof address === "string" ? undefined : { server, port: address.port });
    });
  });
}
