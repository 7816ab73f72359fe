import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { docsPage } from "./docs-page.ts";
import { embedBody, openAiBody } from "./embed-answer.ts";
import { parseEmbedRequest } from "./embed-request.ts";
import { describeFault, describeUnserved, type ErrorAnswer, errorBody } from "./error-answer.ts";
import { DIMENSIONS, MAX_BODY_BYTES, MODEL_NAME } from "./limits.ts";
import type { EmbedAnswer, EmbedJob } from "./messages.ts";
import type { EndpointMetrics } from "./metrics.ts";
import { parseOpenAiRequest } from "./openai-request.ts";
import { openApiDocument } from "./openapi.ts";
import type { EmbedOutcome, WorkerPool } from "./worker-pool.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** When the request's head had been read, on the clock of `performance.now()`. */
    arrivedAtMs: number;
  }
}

/** What the HTTP side stands on. */
export interface ServerParts {
  readonly pool: WorkerPool;
  readonly metrics: EndpointMetrics;
  readonly onFault: (error: Error) => void;
}

/** A client that trickles its request is cut off after this long. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP side of the endpoint: it parses, queues and frames; the pool embeds. Not yet listening. */
export function createServer(parts: ServerParts): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // While stopping, requests on open connections are answered in our words, by the pool.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendError(request, reply, describeFault(error)),
  });
  app.removeContentTypeParser("text/plain");
  addErrors(app, parts);
  addMetering(app, parts);
  addPages(app, parts);
  addEmbeddings(app, parts.pool);
  return app;
}

function addErrors(app: FastifyInstance, { onFault }: ServerParts): void {
  const methodsByPath = new Map<string, string[]>();
  app.addHook("onRoute", ({ url, method }) => {
    methodsByPath.set(url, [...(methodsByPath.get(url) ?? []), method].flat());
  });
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, request, reply) => {
    const answer = describeFault(error);
    if (answer.status >= 500) onFault(error);
    return sendError(request, reply, answer);
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsByPath.get(pathOf(request)) ?? [];
    if (allowed.length > 0) reply.header("allow", allowed.join(", "));
    return sendError(request, reply, describeUnserved(request.method, pathOf(request), allowed));
  });
}

function addMetering(app: FastifyInstance, { pool, metrics }: ServerParts): void {
  app.decorateRequest("arrivedAtMs", 0);
  app.addHook("onRequest", async (request, reply) => {
    request.arrivedAtMs = performance.now();
    // "close" comes once for each answer, sent or not; Fastify's own onResponse is silent when the client went away.
    reply.raw.once("close", () => {
      const status = reply.raw.writableEnded ? reply.statusCode : 499;
      metrics.requestEnded(request.routeOptions.url ?? "none", status, elapsedMs(request) / 1000);
    });
  });
  app.addHook("onSend", async (_, reply) => {
    if (pool.status.kind === "stopping") reply.header("connection", "close");
  });
}

function addPages(app: FastifyInstance, { pool, metrics }: ServerParts): void {
  app.get("/health", (_, reply) => {
    const status = pool.status;
    if (status.kind === "healthy") {
      return reply.send({
        status: "healthy",
        model: MODEL_NAME,
        dimensions: DIMENSIONS,
        workers: status.workerCount,
      });
    }
    reply.code(503);
    if (status.kind === "failed") return reply.send({ status: "failed", reason: status.reason });
    return reply.send({ status: status.kind === "stopping" ? "stopping" : "not_ready" });
  });
  app.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.render()));
  app.get("/openapi.json", (_, reply) => reply.send(openApiDocument));
  app.get("/docs", (_, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", docsPage.contentSecurityPolicy)
      .header("x-content-type-options", "nosniff")
      .send(docsPage.html),
  );
  app.get("/v1/models", (_, reply) =>
    reply.send({
      object: "list",
      data: [{ id: MODEL_NAME, object: "model", created: 0, owned_by: "sentence-transformers" }],
    }),
  );
}

function addEmbeddings(app: FastifyInstance, pool: WorkerPool): void {
  app.post("/embed", async (request, reply) => {
    const parsed = parseEmbedRequest(request.body);
    if (parsed.kind === "bad") return sendError(request, reply, parsed);
    const job: EmbedJob = { texts: parsed.texts, isNormalized: parsed.isNormalized, format: "plain" };
    const outcome = await embed(pool, reply, job);
    return sendOutcome(request, reply, outcome, (answer) => embedBody(answer, elapsedMs(request)));
  });
  app.post("/v1/embeddings", async (request, reply) => {
    const parsed = parseOpenAiRequest(request.body);
    if (parsed.kind === "bad") return sendError(request, reply, parsed);
    const job: EmbedJob = { texts: parsed.texts, isNormalized: true, format: `openai-${parsed.encoding}` };
    const outcome = await embed(pool, reply, job);
    return sendOutcome(request, reply, outcome, openAiBody);
  });
}

/** Embeds, unless the client goes away while its request is still waiting: then no worker is troubled. */
async function embed(pool: WorkerPool, reply: FastifyReply, job: EmbedJob): Promise<EmbedOutcome> {
  const { outcome, cancel } = pool.submit(job);
  reply.raw.once("close", cancel);
  return outcome;
}

function sendOutcome(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: EmbedOutcome,
  write: (answer: EmbedAnswer) => Buffer,
): FastifyReply {
  switch (outcome.kind) {
    case "embedded":
      return reply.type("application/json; charset=utf-8").send(write(outcome.answer));
    case "unavailable":
    case "queue-full":
      reply.header("retry-after", "1");
      return sendError(request, reply, { status: 503, message: outcome.message, field: null });
    case "broke":
      return sendError(request, reply, { status: 500, message: outcome.message, field: null });
    case "cancelled":
      return reply.hijack();
  }
}

function sendError(request: FastifyRequest, reply: FastifyReply, answer: ErrorAnswer): FastifyReply {
  return reply.code(answer.status).send(errorBody(pathOf(request), answer));
}

function elapsedMs(request: FastifyRequest): number {
  return performance.now() - request.arrivedAtMs;
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}
