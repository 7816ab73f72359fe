import { createServer, type Server, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { answerOctets, withoutBody } from "./answer-octets.ts";
import type { Simulation } from "./behaviour.ts";
import { Connection } from "./connection.ts";
import { CHAT_PATH } from "./plan-simulation.ts";
import type { SimulatedRequest } from "./request-reader.ts";
import { TimerQueue } from "./timer-queue.ts";
import type { Truth } from "./truth.ts";
import { World } from "./world.ts";

export interface Simulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8090`. */
  readonly url: string;
  truth(): Truth;
  /** Begins anew: counts, arrival numbers, stalls and leaks. What is in progress ends as it began, and uncounted. */
  reset(): void;
}

export interface SimulatorOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Ends the process that serves, at once: what the fault `die` does. */
  readonly die: () => void;
}

/** Listens and serves until it is disposed of. Rejects with the system's error when it cannot listen. */
export async function startSimulator(simulation: Simulation, options: SimulatorOptions): Promise<Simulator> {
  const server = new SimulatedServer(simulation, options.die);
  await server.listen(options);
  return server;
}

const MODELS = '{"object":"list","data":[{"id":"simulated","object":"model","created":0,"owned_by":"plimsoll"}]}';

class SimulatedServer implements Simulator {
  readonly #simulation: Simulation;
  readonly #die: () => void;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #startedMs = performance.now();
  readonly #nowMs = () => performance.now() - this.#startedMs;
  readonly #timers = new TimerQueue({ nowMs: this.#nowMs });
  #world: World;
  #apart = noneApart();
  #countedSinceMs = 0;
  #cpu = process.cpuUsage();
  url = "";

  constructor(simulation: Simulation, die: () => void) {
    this.#simulation = simulation;
    this.#die = die;
    this.#world = this.#createWorld();
    this.#server = createServer({ noDelay: true, keepAlive: false }, (socket) => this.#accept(socket));
  }

  async listen({ host, port }: SimulatorOptions): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host, backlog: 4096 }, resolve);
    });
    const address = this.#server.address();
    const heardPort = address === null || typeof address === "string" ? port : address.port;
    this.url = `http://${host.includes(":") ? `[${host}]` : host}:${heardPort}`;
  }

  truth(): Truth {
    const used = process.cpuUsage(this.#cpu);
    const uptimeMs = this.#nowMs();
    return {
      schema: "plimsoll.truth/1",
      seed: this.#simulation.seed,
      uptimeMs,
      countedMs: uptimeMs - this.#countedSinceMs,
      cpuMs: (used.user + used.system) / 1000,
      paths: this.#world.pathTruths(),
      total: this.#world.total(),
      apart: { ...this.#apart },
    };
  }

  reset(): void {
    this.#world = this.#createWorld();
    this.#apart = noneApart();
    this.#countedSinceMs = this.#nowMs();
    this.#cpu = process.cpuUsage();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.clear();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #createWorld(): World {
    return new World(this.#simulation, { timers: this.#timers, nowMs: this.#nowMs, die: this.#die });
  }

  #accept(socket: Socket): void {
    this.#apart.connections++;
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    new Connection(socket, {
      wantsBody: (path) => path === CHAT_PATH,
      onRequest: (request, connection) => this.#serve(request, connection),
      onMalformed: () => {
        this.#apart.malformed++;
      },
    });
  }

  #serve(request: SimulatedRequest, connection: Connection): void {
    const own = this.#ownAnswer(request);
    if (own === undefined) this.#world.serve(request, connection);
    else {
      connection.write(request.head.method === "HEAD" ? withoutBody(own) : own);
      connection.release();
    }
  }

  /** `undefined`: the request is load. */
  #ownAnswer({ head }: SimulatedRequest): Buffer | undefined {
    switch (head.path) {
      case "/health":
        this.#apart.health++;
        return this.#nowMs() < this.#simulation.readyAfterMs
          ? answerOctets(503, '{"status":"loading"}')
          : answerOctets(200, '{"status":"healthy"}');
      case "/v1/models":
        this.#apart.models++;
        return answerOctets(200, MODELS);
      case "/truth":
        this.#apart.truth++;
        return answerOctets(200, JSON.stringify(this.truth()));
      case "/truth/reset":
        if (head.method !== "POST") return answerOctets(405, '{"error":"POST is wanted"}');
        this.reset();
        return answerOctets(200, '{"status":"reset"}');
      default:
        return undefined;
    }
  }
}

function noneApart() {
  return { connections: 0, health: 0, models: 0, truth: 0, malformed: 0 };
}
