import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

// The built endpoint with its real model, in a process of its own: load and probes must not share its event loop.

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGE = join(ROOT, "packages/endpoint");
const CHILD = `
const { startEndpoint } = await import(process.argv[1]);
const endpoint = await startEndpoint(JSON.parse(process.argv[2]));
endpoint.ready.then(() => process.send("ready"), (error) => process.send(error.message));
process.send(endpoint.url);
process.once("message", async () => {
  await endpoint.stop();
  process.disconnect(); // nothing of the endpoint may be left that keeps the process alive
});
`;

interface Endpoint {
  readonly url: string;
  readonly child: ChildProcess;
  /** "ready", or why it never will be. */
  readonly ready: Promise<string>;
  /** Asks it to stop; resolves to the exit status. */
  stop(): Promise<number | null>;
}

let running: Endpoint[] = [];

async function start(options: object = {}, packageDir = PACKAGE): Promise<Endpoint> {
  const entry = pathToFileURL(join(packageDir, "dist/index.js")).href;
  const args = ["--input-type=module", "-e", CHILD, entry, JSON.stringify({ port: 0, ...options })];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [url] = await once(child, "message", { signal: AbortSignal.timeout(10_000) });
  const ready = once(child, "message").then(([message]) => String(message));
  const stop = async () => {
    const exit = child.exitCode === null ? once(child, "exit") : Promise.resolve([child.exitCode]);
    if (child.connected) child.send("stop");
    const [status] = await exit;
    return status;
  };
  const endpoint = { url: String(url), child, ready, stop };
  running.push(endpoint);
  return endpoint;
}

async function stopAll(): Promise<void> {
  for (const { child } of running) if (child.exitCode === null) child.kill("SIGKILL");
  running = [];
}

interface Golden {
  readonly sentences: string[];
  readonly embeddings: number[][];
}
const golden: Golden = JSON.parse(await readFile(join(PACKAGE, "model/golden.json"), "utf8"));

const post = (url: string, body: unknown, signal: AbortSignal | null = null) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal,
  });

/** Reads an answer's JSON as it comes: what it holds is what the tests assert. */
const json = async (answer: Response) => JSON.parse(await answer.text());

async function embed(url: string, texts: readonly string[]): Promise<number[][]> {
  const answer = await post(`${url}/embed`, { texts });
  expect(answer.status).toBe(200);
  return (await json(answer)).embeddings;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}

/** Keeps `connections` requests in flight until told to stop; resolves to how many were answered, and how. */
function load(url: string, connections: number, body: object) {
  const statuses = new Map<number, number>();
  let isOn = true;
  const done = Promise.all(
    Array.from({ length: connections }, async () => {
      while (isOn) {
        const answer = await post(url, body);
        await answer.arrayBuffer();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    }),
  );
  return async () => {
    isOn = false;
    await done;
    return Object.fromEntries(statuses);
  };
}

async function metric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.split(" ").at(-1) ?? 0);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a running endpoint", () => {
  let endpoint: Endpoint;
  beforeAll(async () => {
    endpoint = await start();
    expect(await endpoint.ready).toBe("ready");
  });
  afterAll(stopAll);

  test("every golden sentence has its vector, alone and in a batch", async () => {
    const alone: number[][] = [];
    for (const text of golden.sentences) alone.push(...(await embed(endpoint.url, [text])));
    const batched = await embed(endpoint.url, golden.sentences);
    for (const [i, reference] of golden.embeddings.entries()) {
      expect(cosine(alone[i]!, reference)).toBeGreaterThanOrEqual(0.99);
      expect(cosine(batched[i]!, reference)).toBeGreaterThanOrEqual(0.99);
    }
  });

  test("a request of 256 texts is split into runs of at most 32 and answered in order", async () => {
    const runsBefore = await metric(endpoint.url, "plimsoll_endpoint_batch_texts_count");
    const texts = Array.from({ length: 256 }, (_, i) => golden.sentences[i % golden.sentences.length]!);
    const vectors = await embed(endpoint.url, texts);
    expect(vectors).toHaveLength(256);
    for (const [i, vector] of vectors.entries())
      expect(cosine(vector, golden.embeddings[i % golden.sentences.length]!)).toBeGreaterThanOrEqual(0.99);
    const runs = (await metric(endpoint.url, "plimsoll_endpoint_batch_texts_count")) - runsBefore;
    expect(runs).toBeGreaterThanOrEqual(256 / 32);
  });

  test("normalize: false gives the same direction at its own length", async () => {
    const answer = await post(`${endpoint.url}/embed`, { texts: [golden.sentences[0]], normalize: false });
    const [raw] = (await json(answer)).embeddings;
    expect(cosine(raw, golden.embeddings[0]!)).toBeGreaterThanOrEqual(0.99);
    expect(Math.hypot(...raw)).toBeGreaterThan(2);
  });

  test("a text beyond 256 tokens is cut there, and an empty text has a vector", async () => {
    const [long, longer, empty] = await embed(endpoint.url, ["word ".repeat(254), "word ".repeat(6000), ""]);
    expect(cosine(long!, longer!)).toBeGreaterThan(0.9999);
    expect(Math.hypot(...empty!)).toBeCloseTo(1, 4);
  });

  test("OpenAI's floats and base64 hold the same vectors as /embed", async () => {
    const url = `${endpoint.url}/v1/embeddings`;
    const input = golden.sentences[1]!;
    const floats = await json(await post(url, { input, model: "all-MiniLM-L6-v2" }));
    const encoded = await json(await post(url, { input: [input], encoding_format: "base64" }));
    const bytes = Buffer.from(encoded.data[0].embedding, "base64");
    const decoded = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
    expect(decoded).toHaveLength(384);
    expect(floats.data[0].embedding.map(Math.fround)).toEqual(decoded);
    expect((await embed(endpoint.url, [input]))[0]!.map(Math.fround)).toEqual(decoded);
    expect(floats).toMatchObject({
      object: "list",
      model: "all-MiniLM-L6-v2",
      data: [{ object: "embedding", index: 0 }],
    });
    expect(floats.usage.prompt_tokens).toBeGreaterThan(2);
    expect(floats.usage).toEqual(encoded.usage);
  });

  test("the documents are served, the page under a policy that forbids everything else", async () => {
    const document = await json(await fetch(`${endpoint.url}/openapi.json`));
    expect(document.openapi).toBe("3.1.0");
    const docs = await fetch(`${endpoint.url}/docs`);
    expect(docs.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await docs.text()).toContain("/v1/embeddings");
  });

  test("the metrics count the requests that were sent", async () => {
    const series = `plimsoll_endpoint_requests_total{route="/embed",status="200"}`;
    const texts = "plimsoll_endpoint_batch_texts_sum";
    const before = { requests: await metric(endpoint.url, series), texts: await metric(endpoint.url, texts) };
    await Promise.all(Array.from({ length: 20 }, () => embed(endpoint.url, ["a", "b"])));
    expect(await metric(endpoint.url, series)).toBe(before.requests + 20);
    expect(await metric(endpoint.url, texts)).toBe(before.texts + 40);
  });

  test("bad input under load is 4xx naming the field, and the right answers go on", async () => {
    const stop = load(`${endpoint.url}/embed`, 8, { texts: ["a fair wind", "a calm sea"] });
    for (let round = 0; round < 5; round++) {
      const [right] = await embed(endpoint.url, [golden.sentences[2]!]);
      for (const { name, path = "/embed", body, status = 400, field = null, init = {} } of BAD) {
        const headers = { "content-type": "application/json" };
        const sent = { method: "POST", headers, ...(body === undefined ? {} : { body }), ...init };
        const answer = await fetch(endpoint.url + path, sent);
        expect([name, answer.status]).toEqual([name, status]);
        const { error } = await json(answer);
        expect([name, path === "/v1/embeddings" ? error.param : error.field]).toEqual([name, field]);
        expect(error.message.length).toBeGreaterThan(10);
      }
      expect(cosine(right!, golden.embeddings[2]!)).toBeGreaterThanOrEqual(0.99);
    }
    const statuses = await stop();
    expect(Object.keys(statuses)).toEqual(["200"]);
    expect((await fetch(`${endpoint.url}/health`)).status).toBe(200);
  });

  test("/health answers within 50 ms at full load (p99 of 200 probes, best of 3)", async () => {
    const stop = load(`${endpoint.url}/embed`, 64, {
      texts: Array(16).fill("the ship carries its load across a calm sea"),
    });
    await until(async () => (await metric(endpoint.url, "plimsoll_endpoint_queue_depth")) > 32);
    const p99s: number[] = [];
    for (let attempt = 0; attempt < 3 && !p99s.some((p99) => p99 <= 50); attempt++)
      p99s.push(await probeHealth(endpoint.url));
    expect(await metric(endpoint.url, "plimsoll_endpoint_queue_depth")).toBeGreaterThan(32);
    expect(Object.keys(await stop())).toEqual(["200"]);
    expect(Math.min(...p99s)).toBeLessThanOrEqual(50);
  });
});

async function probeHealth(url: string): Promise<number> {
  const latenciesMs: number[] = [];
  for (let i = 0; i < 200; i++) {
    const startMs = performance.now();
    const answer = await fetch(`${url}/health`);
    await answer.arrayBuffer();
    latenciesMs.push(performance.now() - startMs);
    expect(answer.status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return latenciesMs.sort((a, b) => a - b)[197]!;
}

interface Bad {
  readonly name: string;
  readonly path?: string;
  readonly body?: string;
  readonly status?: number;
  readonly field?: string | null;
  readonly init?: { readonly method?: string; readonly headers?: Record<string, string> };
}
const texts = (...values: unknown[]) => JSON.stringify({ texts: values });
const BAD: readonly Bad[] = [
  { name: "malformed JSON", body: `{"texts": ["a"` },
  { name: "an empty body", body: "" },
  { name: "null", body: "null" },
  { name: "a list", body: `["a"]` },
  { name: "no texts", body: "{}", field: "texts" },
  { name: "texts is a string", body: `{"texts":"a"}`, field: "texts" },
  { name: "no text in texts", body: texts(), field: "texts" },
  { name: "a number", body: texts("a", "b", "c", 4), field: "texts[3]" },
  { name: "null among the texts", body: texts(null), field: "texts[0]" },
  { name: "257 texts", body: texts(...Array(257).fill("a")), field: "texts" },
  { name: "a text over 32 KiB", body: texts("a", "é".repeat(16385)), field: "texts[1]" },
  { name: "normalize is a word", body: `{"texts":["a"],"normalize":"no"}`, field: "normalize" },
  { name: "a key that would reach the prototype", body: `{"texts":["a"],"__proto__":{"x":1}}` },
  { name: "100,000 nested lists", body: `${"[".repeat(1e5)}${"]".repeat(1e5)}` },
  { name: "a body over 2 MiB", body: texts("a".repeat(2 ** 21)), status: 413 },
  { name: "plain text", body: "hello", status: 415, init: { headers: { "content-type": "text/plain" } } },
  { name: "an unknown route", path: "/embeddings", body: "{}", status: 404 },
  { name: "another method", status: 405, init: { method: "GET" } },
  { name: "another method on /health", path: "/health", body: "{}", status: 405 },
  { name: "OpenAI: no input", path: "/v1/embeddings", body: "{}", field: "input" },
  { name: "OpenAI: token ids", path: "/v1/embeddings", body: `{"input":[1,2]}`, field: "input[0]" },
  { name: "OpenAI: malformed JSON", path: "/v1/embeddings", body: "{" },
  {
    name: "OpenAI: another model",
    path: "/v1/embeddings",
    body: `{"input":"a","model":"x"}`,
    status: 404,
    field: "model",
  },
];

describe("an endpoint of its own", () => {
  afterEach(stopAll);

  test("it listens before its model is loaded, says so, and turns healthy", async () => {
    await fetch("http://127.0.0.1:1").catch(() => {}); // the first fetch of a process loads its client
    const { url, ready } = await start({ workers: 2 });
    const early = await fetch(`${url}/health`);
    expect([early.status, await json(early)]).toEqual([503, { status: "not_ready" }]);
    expect(await ready).toBe("ready");
    const late = await fetch(`${url}/health`);
    const healthy = { status: "healthy", model: "all-MiniLM-L6-v2", dimensions: 384, workers: 2 };
    expect([late.status, await json(late)]).toEqual([200, healthy]);
  });

  test("a request over maxQueue is shed at once with Retry-After, the others are served", async () => {
    const { url, ready } = await start({ maxBatch: 1, maxQueue: 2, extraMsPerText: 300 });
    await ready;
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(`${url}/embed`, { texts: ["a"] })));
    const shed = answers.filter((answer) => answer.status === 503);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(3); // one in the worker, two waiting
    expect(shed).toHaveLength(7);
    for (const answer of shed) expect(answer.headers.get("retry-after")).toBe("1");
    expect((await json(shed[0]!)).error.message).toContain("2 requests are waiting");
  });

  test("a request whose client has gone leaves the queue and costs no inference", async () => {
    const { url, ready } = await start({ maxBatch: 1, extraMsPerText: 300 });
    await ready;
    const first = post(`${url}/embed`, { texts: ["a"] });
    const impatient = new AbortController();
    const gone = post(`${url}/embed`, { texts: ["b"] }, impatient.signal).catch(() => "gone");
    await until(async () => (await metric(url, "plimsoll_endpoint_queue_depth")) === 1);
    const runsBefore = await metric(url, "plimsoll_endpoint_batch_texts_count");
    impatient.abort();
    expect(await gone).toBe("gone");
    await until(async () => (await metric(url, "plimsoll_endpoint_queue_depth")) === 0);
    expect((await first).status).toBe(200);
    await embed(url, ["c"]); // the queue keeps its order: had the other been kept, it would be done by now
    expect(await metric(url, "plimsoll_endpoint_batch_texts_count")).toBe(runsBefore + 2);
    expect(await metric(url, `plimsoll_endpoint_requests_total{route="/embed",status="499"}`)).toBe(1);
  });

  test("extraMsPerText makes it slower by that much for each text", async () => {
    const { url, ready } = await start({ extraMsPerText: 50 });
    await ready;
    const answer = await json(await post(`${url}/embed`, { texts: ["a", "b", "c", "d"] }));
    expect(answer.latency_ms).toBeGreaterThanOrEqual(200);
  });

  test("stopping answers all that was accepted, refuses more, and ends the process", async () => {
    // Were it to wait for drainMs and not for the requests, this test would time out.
    const { url, ready, stop } = await start({ maxBatch: 1, extraMsPerText: 100, drainMs: 600_000 });
    await ready;
    const accepted = Array.from({ length: 5 }, () => post(`${url}/embed`, { texts: ["a"] }));
    await until(async () => (await metric(url, "plimsoll_endpoint_queue_depth")) === 4);
    const exit = stop();
    expect((await Promise.all(accepted)).map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    expect(await exit).toBe(0);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  test("stopping waits no longer than drainMs: what is left is answered 503", async () => {
    const { url, ready, stop } = await start({ maxBatch: 1, extraMsPerText: 1000, drainMs: 50 });
    await ready;
    const accepted = Array.from({ length: 5 }, () => post(`${url}/embed`, { texts: ["a"] }));
    await until(async () => (await metric(url, "plimsoll_endpoint_queue_depth")) === 4);
    const exit = stop();
    expect((await Promise.all(accepted)).map((answer) => answer.status)).toEqual([503, 503, 503, 503, 503]);
    expect(await exit).toBe(0);
  });

  test("stopping while the model loads ends the process", async () => {
    const { stop } = await start();
    expect(await stop()).toBe(0);
  });

  test("a model that does not reproduce its golden vectors is never served", async () => {
    const dir = await mkdtemp(join(tmpdir(), "plimsoll-endpoint-"));
    try {
      const { url, ready } = await start({}, await copyWithWrongGolden(dir));
      expect(await ready).toContain("golden sentence 0: cosine");
      const health = await fetch(`${url}/health`);
      expect(health.status).toBe(503);
      expect(await json(health)).toMatchObject({ status: "failed", reason: expect.stringContaining("golden") });
      expect((await post(`${url}/embed`, { texts: ["a"] })).status).toBe(503);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  test.each([
    [{ workers: 0 }, "workers must be a number from 1 to 64, not 0"],
    [{ port: 1.5 }, "port must be a whole number"],
  ])("the option %j is refused by name", async (options, message) => {
    const { startEndpoint } = await import(pathToFileURL(join(PACKAGE, "dist/index.js")).href);
    await expect(startEndpoint(options)).rejects.toThrow(message);
  });

  test("a port that is taken is refused before any model is loaded", async () => {
    const { url } = await start();
    const { startEndpoint } = await import(pathToFileURL(join(PACKAGE, "dist/index.js")).href);
    await expect(startEndpoint({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

/** The package as it is, but for a reference that this model does not reproduce. */
async function copyWithWrongGolden(dir: string): Promise<string> {
  await symlink(join(ROOT, "node_modules"), join(dir, "node_modules"));
  await cp(join(PACKAGE, "dist"), join(dir, "dist"), { recursive: true });
  await cp(join(PACKAGE, "package.json"), join(dir, "package.json"));
  await mkdir(join(dir, "model"));
  for (const name of ["model.int8.onnx", "tokenizer.json", "tokenizer_config.json"])
    await symlink(join(PACKAGE, "model", name), join(dir, "model", name));
  const wrong = { ...golden, embeddings: golden.embeddings.toReversed() };
  await writeFile(join(dir, "model/golden.json"), JSON.stringify(wrong));
  return dir;
}
