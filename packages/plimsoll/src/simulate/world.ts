import { answerOctets, jsonOfSize } from "./answer-octets.ts";
import type { Behaviour, Simulation } from "./behaviour.ts";
import { wholeCompletion } from "./chat-answer.ts";
import { type ChatRequest, parseChatRequest } from "./chat-request.ts";
import { streamCompletion } from "./chat-stream.ts";
import type { Connection } from "./connection.ts";
import { Draws } from "./draws.ts";
import { Exchange } from "./exchange.ts";
import { isFaultKind } from "./fault-kind.ts";
import { Ledger } from "./ledger.ts";
import { LiveStation, type OnDecided } from "./live-station.ts";
import { CHAT_PATH } from "./plan-simulation.ts";
import type { SimulatedRequest } from "./request-reader.ts";
import type { TimerQueue } from "./timer-queue.ts";
import type { PathTruth } from "./truth.ts";

const MAX_PATH_COUNT = 200;
const OTHER_PATHS = "(other)";
const FAULT_PREFIX = "/fault/";
const WRONG_METHOD = '{"error":"POST is wanted"}';
const WRONG_BODY = '{"error":"not a chat completion"}';

export interface WorldOptions {
  readonly timers: TimerQueue;
  nowMs(): number;
  /** Ends the process that serves, at once. */
  die(): void;
}

/** What serves the paths of one behaviour. */
interface Place {
  readonly behaviour: Behaviour;
  readonly station: LiveStation;
  readonly draws: Draws;
  readonly okOctets: Buffer;
}

/** Everything that begins anew with `/truth/reset`: arrival numbers, stalls, leaks and counts. */
export class World {
  readonly #options: WorldOptions;
  readonly #places = new Map<string, Place>();
  readonly #otherwise: Place;
  readonly #ledgers = new Map<string, Ledger>();
  readonly #total = new Ledger();

  constructor(simulation: Simulation, options: WorldOptions) {
    this.#options = options;
    this.#otherwise = this.#build(simulation.otherwise, new Draws(simulation.seed));
    for (const [path, behaviour] of simulation.paths)
      this.#places.set(path, this.#build(behaviour, new Draws(simulation.seed, path)));
  }

  serve(request: SimulatedRequest, connection: Connection): void {
    const { path } = request.head;
    const ledgers = [this.#ledgerOf(path), this.#total];
    const readAtMs = this.#options.nowMs();
    const exchange = new Exchange({ ...this.#options, connection, request, ledgers, readAtMs });
    if (path === CHAT_PATH) this.#serveChat(exchange);
    else if (path.startsWith(FAULT_PREFIX)) serveFault(exchange, path.slice(FAULT_PREFIX.length));
    else this.#servePlain(exchange, this.#places.get(path) ?? this.#otherwise);
  }

  pathTruths(): Readonly<Record<string, PathTruth>> {
    const sorted = [...this.#ledgers].sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(sorted.map(([path, ledger]) => [path, ledger.truth()]));
  }

  total(): PathTruth {
    return this.#total.truth();
  }

  #servePlain(exchange: Exchange, { behaviour, station, okOctets }: Place): void {
    station.enter(exchange, ({ outcome, endMs }) =>
      this.#at(endMs, () =>
        exchange.conclude({ outcome, dueMs: endMs, octets: okOctets, retryAfterSec: behaviour.retryAfterSec }),
      ),
    );
  }

  #serveChat(exchange: Exchange): void {
    const { head, body } = exchange.request;
    const request = parseChatRequest(body);
    if (head.method !== "POST") exchange.answer(405, answerOctets(405, WRONG_METHOD), exchange.readAtMs);
    else if (request === undefined) exchange.answer(400, answerOctets(400, WRONG_BODY), exchange.readAtMs);
    else this.#complete(exchange, request);
  }

  #complete(exchange: Exchange, request: ChatRequest): void {
    const { behaviour, station, draws } = this.#places.get(CHAT_PATH)!;
    const { ttft, gap, tokenCount: mostTokens } = behaviour.stream;
    const tokenCount = Math.min(mostTokens, request.maxTokenCount ?? mostTokens);
    const extent = { tokenCount, finishReason: tokenCount < mostTokens ? "length" : "stop" } as const;
    const offsetsMs = draws.tokenOffsetsMs(ttft, gap, { number: station.arrivalCount, tokenCount });
    const onDecided: OnDecided = ({ outcome, startMs, endMs }) => {
      if (outcome.kind === "ok" && request.isStream) {
        const tokensMs = offsetsMs.map((offsetMs) => station.dueMs(startMs, offsetMs));
        streamCompletion({ ...this.#options, exchange, request, extent, startMs, tokensMs });
      } else {
        const octets = wholeCompletion(request, extent);
        const { retryAfterSec } = behaviour;
        this.#at(endMs, () => exchange.conclude({ outcome, dueMs: endMs, octets, retryAfterSec }));
      }
    };
    station.enter(exchange, onDecided, offsetsMs.at(-1)!);
  }

  /** What is due already runs now. */
  #at(atMs: number, run: () => void): void {
    if (atMs <= this.#options.nowMs()) run();
    else this.#options.timers.at(atMs, run);
  }

  #build(behaviour: Behaviour, draws: Draws): Place {
    const okOctets = answerOctets(200, jsonOfSize(behaviour.responseBytes));
    return { behaviour, draws, okOctets, station: new LiveStation(behaviour, { ...this.#options, draws }) };
  }

  #ledgerOf(path: string): Ledger {
    const known = this.#ledgers.get(path);
    if (known !== undefined) return known;
    if (this.#ledgers.size >= MAX_PATH_COUNT && path !== OTHER_PATHS) return this.#ledgerOf(OTHER_PATHS);
    const ledger = new Ledger();
    this.#ledgers.set(path, ledger);
    return ledger;
  }
}

function serveFault(exchange: Exchange, kind: string): void {
  if (isFaultKind(kind)) exchange.play(kind);
  else exchange.answer(404, answerOctets(404, '{"error":"no such fault"}'), exchange.readAtMs);
}
