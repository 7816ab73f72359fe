import { afterEach, describe, expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { createServer } from "./server.ts";
import { WorkerPool } from "./worker-pool.ts";

/** A server whose pool was never started: what needs no model can be asked without a socket. */
function idleServer() {
  const pool = new WorkerPool({
    workerUrl: new URL("data:text/javascript,"),
    modelDir: "",
    workers: 1,
    maxBatch: 1,
    batchWaitMs: 0,
    maxQueue: 1,
    extraMsPerText: 0,
    onRun: () => {},
    onLog: () => {},
  });
  const faults: string[] = [];
  const app = createServer({ pool, metrics: createMetrics(pool), onFault: (error) => faults.push(String(error)) });
  return { app, faults };
}

let opened: ReturnType<typeof idleServer>[] = [];
function open() {
  const server = idleServer();
  opened.push(server);
  return server;
}
afterEach(async () => {
  for (const { app } of opened) await app.close();
  opened = [];
});

describe("createServer", () => {
  test("the OpenAPI document names the routes that exist, and no others", async () => {
    const { app } = open();
    await app.ready();
    const documented = Object.entries(openApiDocument.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
    );
    for (const { path, method } of documented)
      expect(app.hasRoute({ url: path, method: method === "GET" ? "GET" : "POST" }), `${method} ${path}`).toBe(true);
    const served = app.printRoutes({ commonPrefix: false }).match(/\/[^ ]*/g);
    expect([...new Set(served)].sort()).toEqual(documented.map(({ path }) => path).sort());
  });

  test("before the model is loaded /health says 503 and work is refused with Retry-After", async () => {
    const { app } = open();
    const health = await app.inject("/health");
    expect([health.statusCode, health.json()]).toEqual([503, { status: "not_ready" }]);
    const embed = await app.inject({ method: "POST", url: "/embed", payload: { texts: ["a"] } });
    expect([embed.statusCode, embed.headers["retry-after"]]).toEqual([503, "1"]);
  });

  test("a path with another method is 405 and names what is allowed", async () => {
    const answer = await open().app.inject("/embed");
    expect([answer.statusCode, answer.headers["allow"]]).toEqual([405, "POST"]);
    expect(answer.json().error.message).toContain("use POST");
  });

  test.each(["/__proto__", "/embed/", "/../model/golden.json", "/?q=<script>"])("%s is 404 in JSON", async (url) => {
    const answer = await open().app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers["content-type"]).toContain("application/json");
  });

  test("a URL that cannot be read is 400 in JSON", async () => {
    const answer = await open().app.inject("/%zz");
    expect([answer.statusCode, typeof answer.json().error.message]).toEqual([400, "string"]);
  });

  test("unknown paths share one series of the metrics", async () => {
    const { app } = open();
    for (const path of ["/a", "/b", "/c"]) await app.inject(path);
    const { body } = await app.inject("/metrics");
    expect(body).toContain(`plimsoll_endpoint_requests_total{route="none",status="404"} 3`);
  });

  test("an internal fault is logged and not shown", async () => {
    const { app, faults } = open();
    app.get("/broken", () => {
      throw new Error("/srv/secret");
    });
    const answer = await app.inject("/broken");
    expect([answer.statusCode, answer.body]).toEqual([500, `{"error":{"message":"internal error","field":null}}`]);
    expect(faults.join()).toContain("/srv/secret");
  });
});
