import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { countInFlight, type InFlight } from "./in-flight.ts";
import { createMetrics } from "./metrics.ts";
import { type EndpointOptions, parseOptions } from "./options.ts";
import { createServer } from "./server.ts";
import { WorkerPool } from "./worker-pool.ts";

/** A listening endpoint. Owns its socket, its threads and their models until `stop`. */
export interface RunningEndpoint {
  /** Where a client on this machine reaches it, such as http://127.0.0.1:8000. */
  readonly url: string;
  readonly host: string;
  /** The port it got, never 0. */
  readonly port: number;
  /** Resolves once `/health` answers 200; rejects when the model could not be loaded or differs from its reference. */
  readonly ready: Promise<void>;
  /** Accepts no more, answers what it accepted within `drainMs`, then releases everything. Later calls await the first. */
  stop(): Promise<void>;
}

const WORKER_URL = new URL("./inference-worker.js", import.meta.url);
const MODEL_DIR = fileURLToPath(new URL("../model/", import.meta.url));

/** Room for a burst of clients: where this queue overflows, a lost SYN costs its client a whole second. */
const BACKLOG = 4096;

/**
 * Starts the endpoint. It listens at once and loads its model behind that: `/health` answers 503 until `ready`.
 *
 * @throws Error naming the option that is wrong, or the system's own (EADDRINUSE) when it cannot listen
 */
export async function startEndpoint(options: EndpointOptions = {}): Promise<RunningEndpoint> {
  const settings = parseOptions(options);
  const pool: WorkerPool = new WorkerPool({
    ...settings,
    modelDir: MODEL_DIR,
    workerUrl: WORKER_URL,
    onRun: (run) => metrics.runEnded(run),
  });
  const metrics = createMetrics(pool);
  const onFault = (error: Error) => settings.onLog({ level: "error", message: error.stack ?? String(error) });
  const app = createServer({ pool, metrics, onFault });
  const inFlight = countInFlight(app);
  await app.listen({ host: settings.host, port: settings.port, backlog: BACKLOG });
  const address = app.server.address();
  const port = address === null || typeof address === "string" ? settings.port : address.port;
  pool.start();
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${reachableHost(settings.host)}:${port}`,
    host: settings.host,
    port,
    ready: pool.ready,
    stop: () => {
      stopped ??= stop({ app, pool, inFlight, drainMs: settings.drainMs });
      return stopped;
    },
  };
}

interface Stopping {
  readonly app: FastifyInstance;
  readonly pool: WorkerPool;
  readonly inFlight: InFlight;
  readonly drainMs: number;
}

async function stop({ app, pool, inFlight, drainMs }: Stopping): Promise<void> {
  pool.refuse();
  const closed = app.close(); // accepts no more; settles when every connection has ended
  const patience = new AbortController();
  await Promise.race([
    inFlight.none(),
    sleep(drainMs, undefined, { signal: patience.signal }).catch(() => {}), // aborted: drained in time
  ]);
  patience.abort();
  await pool.close();
  // What close() left unanswered was just answered 503; give those bytes their turn before the sockets go.
  await Promise.race([inFlight.none(), sleep(100)]);
  app.server.closeAllConnections();
  await closed;
}

/** A wildcard address is listened on but not called; an IPv6 address stands in brackets. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
