import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { FAULTS } from "../../packages/plimsoll/src/simulate/fault-kind.ts";
import { planSimulation } from "../../packages/plimsoll/src/simulate/plan-simulation.ts";
import { type Simulator, startSimulator } from "../../packages/plimsoll/src/simulate/simulator.ts";
import { simulateVirtually } from "../../packages/plimsoll/src/simulate/virtual.ts";
import { writtenSimulation } from "../../packages/plimsoll/src/simulate/written-simulation.ts";
import { type CliResult, runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";

/** A simulator in this process. */
async function simulate(written: object): Promise<Simulator> {
  const planned = planSimulation([writtenSimulation.parse(written)], 11);
  if (planned.kind === "problems") throw new Error(JSON.stringify(planned.problems));
  const stop = () => simulator[Symbol.asyncDispose]();
  // It serves in the tests' own process: that it closes everything is as far as it may die.
  const simulator = await startSimulator(planned.simulation, { host: "127.0.0.1", port: 0, die: () => void stop() });
  onTestFinished(stop);
  return simulator;
}

/** How long a raw client listens after the first octets, and for them. */
interface Patience {
  readonly withinMs: number;
  readonly silentMs: number;
}

/** What a raw client hears: the octets, as latin-1, and how the connection ended; `open`: not while it listened. */
function hear(
  url: string,
  path: string,
  { withinMs, silentMs }: Patience,
): Promise<{ text: string; end: "close" | "reset" | "open" }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: hostname, port: Number(port) });
    const finish = (end: "close" | "reset" | "open") => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, end });
    };
    let timer = setTimeout(() => finish("open"), silentMs);
    socket.setEncoding("latin1").on("data", (part: string) => {
      if (text === "") {
        clearTimeout(timer);
        timer = setTimeout(() => finish("open"), withinMs);
      }
      text += part;
      if (text.length > 4_000_000) finish("open");
    });
    socket.once("error", () => finish("reset")).once("end", () => finish("close"));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  });
}

async function untilEqual<T>(read: () => T, wanted: T): Promise<void> {
  for (let tries = 0; tries < 200 && read() !== wanted; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(read()).toBe(wanted);
}

const CHAT = { messages: [{ role: "user", content: "how are you" }] };

function ask(simulator: Simulator, body: object): Promise<Response> {
  return fetch(`${simulator.url}/v1/chat/completions`, { method: "POST", body: JSON.stringify(body) });
}

describe("the faults", () => {
  const seen: Record<keyof typeof FAULTS, readonly ["close" | "reset" | "open", RegExp]> = {
    reset: ["reset", /^$/],
    "reset-mid-body": ["reset", /content-length: (\d+)\r\n\r\n.{32}$/],
    "early-fin": ["close", /content-length: 64\r\n\r\n.{32}$/],
    die: ["close", /content-length: 64\r\n\r\n.{32}$/],
    "truncated-chunked": ["close", /chunked\r\n\r\n40\r\nx{20}$/],
    "bad-chunk-size": ["close", /chunked\r\n\r\nzz\r\n/],
    "wrong-length-short": ["open", /content-length: 54\r\n\r\n.{64}$/],
    "wrong-length-long": ["open", /content-length: 74\r\n\r\n.{64}$/],
    "slow-body": ["open", /content-length: 64\r\n\r\n1$/],
    "endless-body": ["open", /chunked\r\n\r\n10000\r\nx{65536}\r\n10000\r\n/],
    "huge-body": ["open", /content-length: 10737418240\r\n\r\nx{131072}/],
    "gzip-bomb": ["open", /content-encoding: gzip\r\ncontent-length: 1\d{6}\r\n\r\n\x1f\x8b/],
    "huge-header": ["open", /x-huge: x{1048576}\r\n/],
    garbage: ["close", /^(?!HTTP)/],
    silence: ["open", /^$/],
    "error-in-200": ["open", /^HTTP\/1.1 200.*application\/json.*\r\n\r\n{"error":{.*}}$/s],
    "invalid-utf8": ["open", /\xff\xc3\(.*\\u0000 \\ud800 \xe2\x82\r\n3\r\n\xac"}\r\n0\r\n\r\n$/],
    "redirect-loop": ["open", /^HTTP\/1.1 302 Found\r\nlocation: \/fault\/redirect-loop\r\n/],
    "redirect-elsewhere": ["open", /^HTTP\/1.1 302 Found\r\nlocation: http:\/\/127.0.0.1:9\/elsewhere\r\n/],
    "sse-without-done": ["open", /^HTTP\/1.1 200(?!.*(?:\[DONE\]|"stop")).*event-stream.*"content".*\r\n0\r\n\r\n$/s],
    "sse-error": ["open", /^HTTP\/1.1 200.*event-stream.*"content".*"error":/s],
    "sse-endless": ["open", /event-stream(?:.*?"content".*?\n\n){2000}/s],
    "sse-endless-line": ["open", /event-stream.*"content":"\r\n10000\r\nx{65536}\r\n10000\r\nx{65536}\r\n/s],
  };

  test.each(Object.entries(seen))("%s is what it says, and is counted as a failure", async (fault, [end, octets]) => {
    const simulator = await simulate({});
    // However busy the machine: what is sent at all is heard by then.
    const silentMs = fault === "silence" ? 300 : 5000;
    const heard = await hear(simulator.url, `/fault/${fault}`, { withinMs: 300, silentMs });
    expect(heard.end).toBe(end);
    expect(heard.text).toMatch(octets);
    expect(simulator.truth().paths[`/fault/${fault}`]).toEqual({
      received: 1,
      answered: {},
      failed: { [fault]: 1 },
      abandoned: 0,
      inProgress: 0,
    });
  });

  test("a gzip bomb is a small body that is a GiB of JSON", async () => {
    const simulator = await simulate({});
    const { body, headers } = await fetch(`${simulator.url}/fault/gzip-bomb`);
    expect(Number(headers.get("content-length"))).toBeLessThan(1_200_000);
    let unpackedBytes = 0;
    let last = new Uint8Array();
    for await (const part of body!) {
      unpackedBytes += part.length;
      last = part;
    }
    expect(unpackedBytes).toBe(2 ** 30 + '{"data":""}'.length);
    expect(Buffer.from(last).toString().slice(-3)).toBe('x"}');
  });

  test("the table of faults is all of them", () => {
    expect(Object.keys(seen).sort()).toEqual(Object.keys(FAULTS).sort());
  });
});

describe("the live server", () => {
  test("serves and fails by arrival number as its virtual twin does", async () => {
    const written = { errors: "503 20%, 429 10%", service: "exponential 1ms", seed: 5, paths: { "/a": {} } };
    const simulator = await simulate(written);
    const statuses: number[] = [];
    for (let number = 0; number < 60; number++) statuses.push((await fetch(`${simulator.url}/a`)).status);
    const planned = planSimulation([writtenSimulation.parse(written)], 0);
    if (planned.kind === "problems") throw new Error("no simulation");
    const twin = simulateVirtually(planned.simulation.paths.get("/a")!, statuses.keys(), { seed: 5, path: "/a" });
    expect(statuses).toEqual(twin.map(({ outcome }) => (outcome.kind === "status" ? outcome.status : 200)));
    expect(new Set(statuses)).toEqual(new Set([200, 429, 503]));
  });

  test("answers no earlier than due, and never two at a time with one server", async () => {
    const simulator = await simulate({ service: "30ms", servers: 1 });
    const startedMs = performance.now();
    await Promise.all([1, 2, 3, 4].map(() => fetch(`${simulator.url}/x`).then((response) => response.text())));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(120);
    expect(simulator.truth().total).toMatchObject({ received: 4, answered: { "200": 4 }, inProgress: 0 });
    expect(simulator.truth().total.serviceMs!.min).toBeGreaterThanOrEqual(30);
    expect(simulator.truth().total.serviceMs!.max).toBeGreaterThanOrEqual(100);
  });

  test("turns away beyond its queue: 503 with Retry-After, or a reset", async () => {
    const shedding = await simulate({ service: "200ms", servers: 1, queue: 1, retryAfter: "3s" });
    const answers = await Promise.all([1, 2, 3, 4].map(() => fetch(`${shedding.url}/x`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503]);
    expect(answers.find(({ status }) => status === 503)?.headers.get("retry-after")).toBe("3");
    const dropping = await simulate({ service: "200ms", servers: 1, queue: 0, overflow: "drop" });
    const heard = await Promise.all([1, 2].map(() => hear(dropping.url, "/x", { withinMs: 1000, silentMs: 1000 })));
    expect(heard.map(({ end }) => end).sort()).toEqual(["open", "reset"]);
    expect(dropping.truth().total).toMatchObject({ answered: { "200": 1 }, failed: { dropped: 1 } });
  });

  test("serves in batches", async () => {
    const simulator = await simulate({ batch: 8, batchTime: "100ms+0ms" });
    await Promise.all(Array.from({ length: 9 }, () => fetch(`${simulator.url}/x`)));
    const { min, max } = simulator.truth().total.serviceMs!;
    expect([min >= 100, max >= 150 && max < 300]).toEqual([true, true]);
  });

  test("counts who gave up, and whoever is still waiting", async () => {
    const simulator = await simulate({ service: "150ms" });
    void hear(simulator.url, "/x", { withinMs: 50, silentMs: 50 });
    await untilEqual(() => simulator.truth().total.inProgress, 1);
    await untilEqual(() => simulator.truth().total.abandoned, 1);
    expect(simulator.truth().total).toMatchObject({ received: 1, answered: {}, inProgress: 0 });
  });

  test("is ready when it was told to be, and counts its own paths apart", async () => {
    const simulator = await simulate({ readyAfter: "200ms" });
    const health = () => fetch(`${simulator.url}/health`).then(({ status }) => status);
    expect(await health()).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await health()).toBe(200);
    const models = await fetch(`${simulator.url}/v1/models`).then((response) => response.json());
    expect(models).toMatchObject({ data: [{ id: "simulated" }] });
    const truth = await fetch(`${simulator.url}/truth`).then((response) => response.json());
    expect(truth).toMatchObject({ paths: {}, total: { received: 0 }, apart: { health: 2, models: 1, truth: 1 } });
  });

  test("begins anew at a reset: counts and arrival numbers", async () => {
    const simulator = await simulate({ errors: "500 50%" });
    const round = async () => {
      const statuses: number[] = [];
      for (let number = 0; number < 20; number++) statuses.push((await fetch(`${simulator.url}/x`)).status);
      return statuses;
    };
    const first = await round();
    expect((await fetch(`${simulator.url}/truth/reset`)).status).toBe(405);
    expect((await fetch(`${simulator.url}/truth/reset`, { method: "POST" })).status).toBe(200);
    expect(simulator.truth().total.received).toBe(0);
    expect(await round()).toEqual(first);
  });

  test("answers requests sent together in their order, HEAD without a body, and 400 to what is no request", async () => {
    const simulator = await simulate({ responseSize: "20B", service: "5ms" });
    const { hostname, port } = new URL(simulator.url);
    const text = await new Promise<string>((resolve) => {
      let heard = "";
      const socket = connect({ host: hostname, port: Number(port) });
      socket.setEncoding("latin1").on("data", (part: string) => {
        heard += part;
      });
      socket.once("close", () => resolve(heard));
      socket.write(
        "GET /a HTTP/1.1\r\n\r\nHEAD /b HTTP/1.1\r\n\r\nPOST /c HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcrubbish\r\n\r\n",
      );
    });
    const good = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n";
    const body = '{"data":"xxxxxxxxx"}';
    expect(text.startsWith(`${good}${body}${good}${good}${body}HTTP/1.1 400 `)).toBe(true);
    expect(simulator.truth()).toMatchObject({ total: { received: 3 }, apart: { malformed: 1 } });
  });
});

describe("chat completions", () => {
  test("stream the role at once, then each token in its time, the reason, usage if asked for, and [DONE]", async () => {
    const simulator = await simulate({ ttft: "100ms", gap: "20ms", tokens: 5 });
    const startedMs = performance.now();
    const response = await ask(simulator, { ...CHAT, stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = (await response.text()).split("\n\n").map((event) => event.replace(/^data: /, ""));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(180);
    expect(events.slice(-2)).toEqual(["[DONE]", ""]);
    const chunks = events.slice(0, -2).map((event) => JSON.parse(event));
    const contents = chunks.map((chunk) => chunk.choices[0]?.delta.content);
    expect(contents).toEqual(["", "tok ", "tok ", "tok ", "tok ", "tok ", undefined, undefined]);
    expect(chunks.at(-2).choices[0].finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
    });
    const { ttftMs, gapMs, serviceMs, lateMs, answered } = simulator.truth().paths["/v1/chat/completions"]!;
    expect(answered).toEqual({ "200": 1 });
    expect([ttftMs!.count, ttftMs!.min >= 100, gapMs!.count, serviceMs!.min >= 180]).toEqual([1, true, 4, true]);
    // As a whole late by what the simulator tells, and not otherwise; the first token may be late by a turn of a busy core.
    expect(serviceMs!.max - lateMs!.max).toBeLessThan(181);
    expect(ttftMs!.max).toBeLessThan(150);
    expect(Math.abs(gapMs!.mean - 20)).toBeLessThan(10 + lateMs!.max / 4);
  });

  test("come in one piece when no stream is asked for, and end at max_tokens", async () => {
    const simulator = await simulate({ ttft: "10ms", gap: "1ms", tokens: 50 });
    const answer = await ask(simulator, { ...CHAT, max_tokens: 3 }).then((response) => response.json());
    expect(answer).toMatchObject({
      choices: [{ message: { role: "assistant", content: "tok tok tok " }, finish_reason: "length" }],
      usage: { completion_tokens: 3 },
    });
  });

  test("refuse what is no chat request", async () => {
    const simulator = await simulate({});
    expect((await ask(simulator, { messages: "x" })).status).toBe(400);
    expect((await fetch(`${simulator.url}/v1/chat/completions`)).status).toBe(405);
  });
});

describe("plimsoll simulate", () => {
  /** Starts the command, works with its address, sends it SIGTERM. */
  async function withCommand(args: readonly string[], work: (url: string) => Promise<void>): Promise<CliResult> {
    let working: Promise<void> | undefined;
    const run = await runCli(["simulate", "--port", "0", ...args], {
      onStderr: (text, child) => {
        const url = /(http:\S+)\/truth tells/.exec(text)?.[1];
        if (url === undefined || working !== undefined) return;
        working = work(url).finally(() => child.kill("SIGTERM"));
        working.catch(() => {});
      },
    });
    await working;
    return run;
  }

  test("prints its address, serves, and tells the truth when it is stopped", async () => {
    const run = await withCommand(["--service", "5ms", "--seed", "9"], async (url) => {
      expect((await fetch(`${url}/embed`)).status).toBe(200);
    });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^ready: http:\/\/127\.0\.0\.1:\d+\n/);
    expect(run.stdout).toMatch(/\/embed +1 +200: 1 /);
    expect(run.stdout).toContain("seed 9");
  });

  test("--json leaves one document on standard output", async () => {
    const run = await withCommand(["--json", "--seed", "9"], async (url) => {
      await fetch(`${url}/embed`);
    });
    expect(JSON.parse(run.stdout)).toMatchObject({ schema: "plimsoll.truth/1", seed: 9, total: { received: 1 } });
    expect(run.stderr).toMatch(/^ready: http:/);
  });

  test("a run against it counts exactly what the server counted, by status too", async () => {
    const dir = tempDir();
    let truth: { total: { received: number; answered: Record<string, number> } } | undefined;
    await withCommand(["--service", "20ms", "--errors", "503 10%"], async (url) => {
      const load = ["--url", `${url}/embed`, "--rate", "100/s", "--duration", "3s", "--seed", "1", "--out", dir];
      await runCli(["run", ...load, "--quiet"]);
      truth = JSON.parse(await (await fetch(`${url}/truth`)).text());
    });
    const [profile] = summaryIn(dir).profiles;
    expect(truth!.total.received).toBe(profile.arrivals.sent);
    expect(truth!.total.answered).toEqual({ "200": profile.arrivals.completed, "503": profile.arrivals.failed });
    expect(profile.arrivals.failed).toBeGreaterThan(0);
  });

  test("refuses an address that others can reach, a bad law and a taken port, with 2", async () => {
    const remote = await runCli(["simulate", "--host", "0.0.0.0"]);
    expect([remote.code, remote.stderr]).toEqual([2, expect.stringContaining("--allow-remote")]);
    const law = await runCli(["simulate", "--service", "20"]);
    expect([law.code, law.stderr]).toEqual([2, expect.stringContaining("--service")]);
    const other = await simulate({});
    const taken = await runCli(["simulate", "--port", new URL(other.url).port]);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining("PORT_IN_USE")]);
  });
});
