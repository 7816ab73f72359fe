import { describe, expect, test } from "vitest";
import type { z } from "zod";
import type { JsonValue } from "../base/json.ts";
import { defineTest } from "../index.ts";
import { parseSpec } from "./parse-spec.ts";
import { contextOf } from "./spec-context.fixture.ts";
import type { SpecInput } from "./spec-input.ts";
import type { specSchema } from "./written-spec.ts";

type FromSchema = z.input<typeof specSchema>;

/** A type without what only one of the two says: `readonly`, and forms of text beside `string`. */
type Plain<T> = [JsonValue] extends [T]
  ? T
  : T extends string
    ? string extends T
      ? string
      : T
    : T extends object
      ? { -readonly [Key in keyof T]: Plain<T[Key]> }
      : T;

/** The same with every key demanded, so that one which only one side knows is told. */
type Demanding<T> = [JsonValue] extends [T]
  ? T
  : T extends object
    ? { [Key in keyof T]-?: Demanding<Exclude<T[Key], undefined>> }
    : T;

/** Compiles only where the first is assignable to the second. */
type Within<Inner extends Outer, Outer> = Inner;

/** Compile-time: `npm run types` fails where the hand-written type and the schema of the parser part. */
export type Agreements = [
  Within<FromSchema, SpecInput>,
  Within<Plain<SpecInput>, Plain<FromSchema>>,
  Within<Demanding<Plain<SpecInput>>, Demanding<Plain<FromSchema>>>,
  Within<Demanding<Plain<FromSchema>>, Demanding<Plain<SpecInput>>>,
];

/** Every example of the type's docstrings in one spec. */
const EVERYTHING = defineTest({
  name: "minilm",
  target: "http://127.0.0.1:8000",
  headers: { authorization: "Bearer ${API_KEY:-none}", "x-build": 7 },
  ready: { get: "/health", expect: { json: { status: "healthy" } }, interval: "500ms", timeout: "2m" },
  data: { words: ["a", "b"], sentences: { file: "sentences.txt" }, users: { inline: [{ id: 1 }, { id: 2 }] } },
  users: { think: { uniform: ["500ms", "2s"] } },
  tasks: {
    embed: { weight: "8", post: "/embed", json: { text: { pick: "sentences", count: [1, 2] } }, tags: ["read"] },
    health: { get: "/health", think: { "log-normal": { median: "1s", sigma: 0.5 } }, name: "health check" },
    purge: { method: "PURGE", path: "/cache", expect: { status: ["2xx", 404, "410-418"], latency: "2s" } },
    search: { post: "/search", form: { q: "{{pick words}}" }, query: { page: "{{integer 1 9}}" } },
    upload: {
      put: "/files",
      file: "payload.bin",
      expect: { headers: { "content-type": { contains: "json" } }, shape: { "$.v": "array(384)" }, check: "1/20" },
    },
    session: {
      steps: [
        {
          post: "/login",
          json: { user: { pick: "users", field: "id" } },
          capture: { id: "$.id", at: { header: "x" } },
        },
        { get: "/me/{{id}}", headers: { "x-at": "{{at}}" } },
      ],
      think: { pacing: "2s" },
    },
  },
  profiles: {
    ramp: { users: "${USERS:-100}", spawn: "5/s", for: "1m30s", warmup: 0, think: "none" },
    steps: {
      stages: [
        { rate: "10/s", for: "1m" },
        { to: "50/s", for: "5m" },
      ],
      arrivals: "constant",
    },
    reads: { rate: "300/min", for: "${HOLD:-2m}", tags: ["read"], warmup: "auto" },
  },
  thresholds: ["p95 < 500ms", { expr: "embed p99 < 1s", for: "30s", strict: "point", abort: true }],
  timeouts: { connect: "10s", firstByte: "30s", total: "60s" },
  drain: "0",
  tls: { ca: "ca.pem", verify: false, serverName: "api.internal" },
  allowTargets: ["staging.example.com"],
  observe: {
    prometheus: "/metrics",
    headers: { authorization: "Bearer ${SCRAPE_KEY:-none}" },
    every: "1s",
    metrics: ["queue_depth", { name: "gpu", metric: "DCGM_FI_DEV_GPU_UTIL", labels: { gpu: "0" }, full: 100 }],
  },
  redirects: "same-origin",
  maxConnections: 10_000,
  maxBody: "64MiB",
});

describe("SpecInput", () => {
  test("what its docstrings show is what the parser takes", () => {
    const spec = parseSpec({ kind: "value", file: "spec.ts", value: EVERYTHING }, contextOf());
    expect(spec.tasks).toHaveLength(6);
    expect(spec.profiles.map(({ durationMs }) => durationMs)).toEqual([90_000, 360_000, 120_000]);
  });

  test("a key left undefined is a key not given", () => {
    const value = defineTest({
      target: "http://127.0.0.1:8000",
      headers: undefined,
      tasks: { health: { get: "/health", expect: undefined } },
      profiles: { run: { users: 1, spawn: undefined, for: "1s" } },
    });
    expect(parseSpec({ kind: "value", file: "spec.ts", value }, contextOf()).profiles).toHaveLength(1);
  });
});
