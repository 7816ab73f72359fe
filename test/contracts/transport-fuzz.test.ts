/** Any octets to our client and to undici: the same outcome or a documented reason, and what comes next is unharmed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHttp1Transport } from "../../packages/plimsoll/src/transport/http1/http1-transport.ts";
import type { Transport } from "../../packages/plimsoll/src/transport/transport.ts";
import { createUndiciTransport } from "../../packages/plimsoll/src/transport/undici/undici-transport.ts";
import { DIFFERENTIAL_RUN, FUZZ_TIMEOUT_MS, PLANTED_RUN } from "./fuzz.ts";
import { FAULTS, withFault } from "./planted-fault.ts";
import { type ReplyServer, startReplyServer } from "./reply-server.ts";
import { FUZZ_LIMITS, type Reply, reply } from "./response-arbitrary.ts";
import { optionsFor, send } from "./sending.ts";
import { DIFFERENCES, type Outcome, reasonFor } from "./transport-differences.ts";
import { readWhole } from "./whole-reading.ts";

/** After so many cases server and transports are made anew: they keep what they have seen. */
const CASES_PER_STAGE = 500;

interface Met extends Outcome {
  /** Of the request after it, on the same connection. */
  readonly second: string;
  readonly isReused: boolean;
}

async function meet(server: ReplyServer, transport: Transport, reply: Reply): Promise<Met> {
  const scene = server.play(reply);
  const connection = transport.connection();
  const { kind, status, body, header } = await send(connection, { method: reply.method, path: scene.path });
  scene.hasAnswer = true;
  const next = await send(connection, { path: scene.path });
  connection.destroy();
  const told = kind === "ok" ? `ok ${status} ${JSON.stringify(body)} ${header}` : kind;
  return { kind, status, told, second: `${next.kind} ${next.body}`, isReused: scene.askedOn[0] === scene.askedOn[1] };
}

type CreateTransport = typeof createHttp1Transport;

/** Both clients before one server, renewed now and then. */
class Comparison implements AsyncDisposable {
  readonly #createOurs: CreateTransport;
  #stage: { server: ReplyServer; ours: Transport; undici: Transport } | undefined;
  #caseCount = 0;

  constructor(createOurs: CreateTransport) {
    this.#createOurs = createOurs;
  }

  /** Answers why the two differ; undefined where they do not. */
  async check(reply: Reply): Promise<string | undefined> {
    if (this.#caseCount++ % CASES_PER_STAGE === 0) await this[Symbol.asyncDispose]();
    this.#stage ??= await this.#openStage();
    const { server, ours, undici } = this.#stage;
    const met = await meet(server, ours, reply);
    checkAlone(reply, met);
    const other = await meet(server, undici, reply);
    if (met.told === other.told) return undefined;
    const reason = reasonFor(reply.text, met, other);
    if (reason === undefined) expect(met.told).toBe(other.told);
    return reason;
  }

  async #openStage() {
    const server = await startReplyServer();
    const options = optionsFor(server.port, FUZZ_LIMITS);
    return { server, ours: this.#createOurs(options), undici: createUndiciTransport(options) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stage = this.#stage;
    this.#stage = undefined;
    await Promise.all([stage?.ours.close(), stage?.undici.close()]);
    await stage?.server[Symbol.asyncDispose]();
  }
}

/** What must hold whatever undici does. */
function checkAlone(reply: Reply, { kind, status, second, isReused }: Met): void {
  const reading = readWhole(reply.text, reply.method, FUZZ_LIMITS);
  expect(kind).not.toBe("timeout");
  expect(kind === "ok" ? status : undefined).toBe(reading?.status);
  // Octets of another packet after a whole response may come when the next request is already under way.
  const isDelayed = reading !== undefined && reading.leftover !== "" && reply.cuts.length > 0;
  if (isDelayed) return;
  expect(isReused).toBe(reading?.isReusable ?? false);
  expect(second).toBe("ok second");
}

/** Packets of one octet take an event-loop turn each. */
const cases = reply.filter(({ text, cuts }) => cuts !== "each" || text.length <= 600);

describe("both clients", () => {
  test(
    "tell the same of the same octets, or differ for a documented reason, and use no spoiled connection again",
    async () => {
      await using comparison = new Comparison(createHttp1Transport);
      await fc.assert(
        fc.asyncProperty(cases, async (reply) => void (await comparison.check(reply))),
        DIFFERENTIAL_RUN,
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

test.each(DIFFERENCES.map(({ reason, example }) => [reason, example] as const))("%s", async (reason, example) => {
  await using comparison = new Comparison(createHttp1Transport);
  expect(await comparison.check({ method: "GET", text: example, cuts: [] })).toBe(reason);
});

describe("a planted fault is found", () => {
  test.each(Object.entries(FAULTS))("%s", async (_, fault) => {
    const broken = await withFault(fault);
    await using comparison = new Comparison(broken.createHttp1Transport);
    const found = await fc.check(
      fc.asyncProperty(cases, async (reply) => void (await comparison.check(reply))),
      PLANTED_RUN,
    );
    expect(found.failed).toBe(true);
    await using sound = new Comparison(createHttp1Transport);
    await sound.check(found.counterexample![0]);
  });
});
