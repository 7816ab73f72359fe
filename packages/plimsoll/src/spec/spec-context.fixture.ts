import { PlimsollError } from "../base/errors.ts";
import { parseSpec } from "./parse-spec.ts";
import type { FileContents, SpecContext, SpecSource } from "./source.ts";

/** The example of the design, as people write it. */
export const DESIGN_EXAMPLE = `name: minilm
target: http://127.0.0.1:8000
ready: { get: /health, expect: { json: { status: healthy } }, timeout: 120s }
data: { sentences: { file: sentences.txt } }
users: { think: { uniform: [500ms, 2s] } }
tasks:
  single_embed: { weight: 8, post: /embed, json: { texts: { pick: sentences, count: [1, 2] } } }
  batch_embed:  { weight: 2, post: /embed, json: { texts: { pick: sentences, count: [8, 32] } } }
  health:       { weight: 1, get: /health }
profiles:
  ramp_up:   { users: 100, spawn: 5/s, for: 2m }        # where is the ceiling
  sustained: { users: 50, spawn: 50/s, for: 5m }        # does p95 creep
  spike:     { users: 200, spawn: 200/s, for: 1m }      # queue or drop
  steady:    { rate: 40/s, arrivals: poisson, for: 2m } # open loop
thresholds:
  - p95 < 500ms
  - errors < 1%
  - single_embed p99 < 1s
`;

const FILES: Readonly<Record<string, string>> = {
  "sentences.txt": "A cat sits.\nTwo dogs run.\r\n\nThree birds sing.\n",
  "users.csv": 'id,email\r\n1,ann@example.com\r\n2,"bob ""b"", jr@example.com"\r\n',
  "rows.jsonl": '{"id": 1}\n{"id": 2}\n',
  "bad.jsonl": '{"id": 1}\n{"id": \n',
  "empty.txt": "\n\n",
  "ca.pem": "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
  "payload.bin": "\u0001\u0002\u0003",
};

/** A context with a few files and the given variables. */
export function contextOf(env: SpecContext["env"] = {}, overrides: SpecContext["overrides"] = {}): SpecContext {
  const readFile = (path: string): FileContents => {
    const text = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (text === undefined) return { kind: "problem", message: "does not exist" };
    return { kind: "bytes", bytes: new TextEncoder().encode(text) };
  };
  return { env, readFile, overrides };
}

/** A YAML source. */
export const yaml = (text: string): SpecSource => ({ kind: "yaml", file: "plimsoll.yaml", text });
/** A source as TypeScript hands it over. */
export const value = (written: unknown): SpecSource => ({ kind: "value", file: "plimsoll.ts", value: written });

/** `line:column message` of every problem; without place only the message. */
export function problemsOf(source: SpecSource, context: SpecContext = contextOf()): string[] {
  try {
    parseSpec(source, context);
    return [];
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== "SPEC_INVALID") throw error;
    return error.problems.map(({ place, message }) =>
      place === undefined ? message : `${place.line}:${place.column} ${message}`,
    );
  }
}

/** The least that is a spec. */
export const GOOD = { target: "http://h", tasks: { a: { get: "/" } }, profiles: { p: { users: 1, for: "1s" } } };
/** The least spec, its task replaced. */
export const withTask = (task: unknown, more: object = {}) => value({ ...GOOD, tasks: { a: task }, ...more });
/** The least spec, its profile replaced. */
export const withProfile = (profile: unknown, more: object = {}) =>
  value({ ...GOOD, profiles: { p: profile }, ...more });
