import { DIMENSIONS, MAX_TEXT_BYTES, MAX_TEXTS, MODEL_NAME } from "./limits.ts";

/** One operation, as far as the documentation page shows it. */
export interface OpenApiOperation {
  readonly summary: string;
  readonly description: string;
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

/** An OpenAPI 3.1 document, as far as we fill it in. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: object;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object, example?: object) => ({
  "application/json": { schema, ...(example === undefined ? {} : { example }) },
});
const fails = (error: string) => ({
  "400": { description: "The body is wrong; the error names the field.", content: json(ref(error)) },
  "413": { description: "The body is over 2 MiB.", content: json(ref(error)) },
  "415": { description: "The body is not declared as JSON.", content: json(ref(error)) },
  "500": { description: "The worker died while it held the request.", content: json(ref(error)) },
  "503": {
    description: "Loading, stopping, or too many requests are waiting; Retry-After says when to come back.",
    content: json(ref(error)),
  },
});

const text = { type: "string", description: `At most ${MAX_TEXT_BYTES} bytes of UTF-8; cut at 256 tokens.` };
const texts = { type: "array", items: text, minItems: 1, maxItems: MAX_TEXTS };
const vector = { type: "array", items: { type: "number" }, minItems: DIMENSIONS, maxItems: DIMENSIONS };
const model = { type: "string", const: MODEL_NAME };
const fixed = (properties: object) => ({ type: "object", required: Object.keys(properties), properties });

const schemas = {
  EmbedRequest: {
    type: "object",
    required: ["texts"],
    properties: { texts, normalize: { type: "boolean", default: true, description: "Scale vectors to length 1." } },
  },
  EmbedAnswer: fixed({
    embeddings: { type: "array", items: vector },
    dimensions: { type: "integer", const: DIMENSIONS },
    model,
    latency_ms: { type: "number", description: "From the request's head to its answer, in the endpoint." },
  }),
  Error: fixed({
    error: fixed({ message: { type: "string" }, field: { type: ["string", "null"], examples: ["texts[3]"] } }),
  }),
  OpenAiRequest: {
    type: "object",
    required: ["input"],
    properties: {
      input: { oneOf: [text, texts] },
      model: { type: "string", default: MODEL_NAME },
      encoding_format: { enum: ["float", "base64"], default: "float" },
      dimensions: { type: "integer", const: DIMENSIONS },
    },
  },
  OpenAiAnswer: fixed({
    object: { const: "list" },
    data: {
      type: "array",
      items: fixed({
        object: { const: "embedding" },
        index: { type: "integer", minimum: 0 },
        embedding: { oneOf: [vector, { type: "string", contentEncoding: "base64" }] },
      }),
    },
    model,
    usage: fixed({ prompt_tokens: { type: "integer" }, total_tokens: { type: "integer" } }),
  }),
  OpenAiError: fixed({
    error: fixed({
      message: { type: "string" },
      type: { enum: ["invalid_request_error", "server_error"] },
      param: { type: ["string", "null"] },
      code: { type: ["string", "null"] },
    }),
  }),
  Health: {
    type: "object",
    required: ["status"],
    properties: {
      status: { enum: ["healthy", "not_ready", "failed", "stopping"] },
      model,
      dimensions: { type: "integer", const: DIMENSIONS },
      workers: { type: "integer", minimum: 1 },
      reason: { type: "string" },
    },
  },
};

const embed: OpenApiOperation = {
  summary: "Embed texts",
  description: `Turns each text into a vector of ${DIMENSIONS} numbers, in the order given.`,
  requestBody: { required: true, content: json(ref("EmbedRequest"), { texts: ["a fair wind", "a calm sea"] }) },
  responses: { "200": { description: "One vector per text.", content: json(ref("EmbedAnswer")) }, ...fails("Error") },
};

const embeddings: OpenApiOperation = {
  summary: "Embed texts, in OpenAI's shape",
  description: "For clients that speak OpenAI's embeddings API. base64 holds little-endian 32-bit floats.",
  requestBody: { required: true, content: json(ref("OpenAiRequest"), { input: "a fair wind", model: MODEL_NAME }) },
  responses: {
    "200": { description: "One embedding object per input.", content: json(ref("OpenAiAnswer")) },
    "404": { description: "The model asked for is not served here.", content: json(ref("OpenAiError")) },
    ...fails("OpenAiError"),
  },
};

const health: OpenApiOperation = {
  summary: "Is it ready?",
  description: "503 until every worker has loaded the model, warmed up and reproduced the golden vectors.",
  responses: {
    "200": { description: "Ready.", content: json(ref("Health")) },
    "503": { description: "Loading, failed or stopping; the body says which.", content: json(ref("Health")) },
  },
};

const page = (summary: string, description: string, type: string): OpenApiOperation => ({
  summary,
  description,
  responses: { "200": { description: summary, content: { [type]: {} } } },
});

/** The endpoint's API, as `GET /openapi.json` answers it and `GET /docs` shows it. A test holds it against the routes. */
export const openApiDocument: OpenApiDocument = {
  openapi: "3.1.0",
  info: {
    title: "Plimsoll reference endpoint",
    version: "0.1.0",
    description: `Sentence embeddings by ${MODEL_NAME}, 8-bit, on the CPU.`,
  },
  paths: {
    "/health": { get: health },
    "/embed": { post: embed },
    "/v1/embeddings": { post: embeddings },
    "/v1/models": { get: page("The one model served", "In OpenAI's shape.", "application/json") },
    "/metrics": { get: page("Metrics", "Requests, latencies, queue and batches, for Prometheus.", "text/plain") },
    "/openapi.json": { get: page("This API", "As an OpenAPI 3.1 document.", "application/json") },
    "/docs": { get: page("This page", "The OpenAPI document, for people.", "text/html") },
  },
  components: { schemas },
};
