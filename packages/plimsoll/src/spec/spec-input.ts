/**
 * The spec as TypeScript writes it: the same keys and texts as in YAML. Written by hand so that it needs nothing but
 * itself where it is installed, and so that an editor shows what a key means; a test holds it against the schema that
 * parsing uses, both ways. Types only: what a text may say (`30s`, `5/s`) is for the parser to judge.
 */
import type { JsonValue } from "../base/json.ts";

/** Text of any kind beside the forms that a type names. */
type AnyText = string & Readonly<Record<never, never>>;

/** A duration with its unit: `500ms`, `30s`, `1m30s`, `2h`; or a reference, `${HOLD}`. A bare number is refused. */
export type DurationText = `${number}${"us" | "ms" | "s" | "m" | "h"}` | "0" | AnyText;

/** Events over time: `50/s`, `300/min`, `1000/h`; or a reference. A bare number is refused. */
export type RateText = `${number}/${"s" | "min" | "m" | "h"}` | AnyText;

/** Bytes with their unit: `512KiB`, `64MiB`, `1GB`; or a reference. A bare number is refused. */
export type SizeText = `${number}${"B" | "kB" | "KB" | "KiB" | "MB" | "MiB" | "GB" | "GiB"}` | AnyText;

/** A share of all, above 0 and at most 1: `0.05`, `5%`, `1/20`; or a reference. */
export type ShareText = number | `${number}%` | `${number}/${number}` | AnyText;

/** A whole number: `50`, or a reference such as `${USERS}`. */
export type CountText = number | `${number}` | AnyText;

/** A value sent as text: `text`, `3`, `true`. Text may hold `{{…}}` insertions and `${NAME}` references. */
export type ScalarText = string | number | boolean;

/** What to ask of a model endpoint, how hard, and what it promises. */
export interface SpecInput {
  /** Shown on reports: `minilm`. The target's host when not given. */
  readonly name?: string | undefined;
  /** Scheme, host and port, with a base path if need be: `http://127.0.0.1:8000`. */
  readonly target: string;
  /** Sent with every request: `{ authorization: "Bearer ${API_KEY}" }`. References are kept out of every file. */
  readonly headers?: Readonly<Record<string, ScalarText>> | undefined;
  /** Nothing else is sent before this holds: `{ get: "/health", timeout: "2m" }`. Else a connection within 5 s will do. */
  readonly ready?: ReadyInput | undefined;
  /** Tables of rows that requests pick from: `{ sentences: { file: "sentences.txt" } }`. */
  readonly data?: Readonly<Record<string, TableInput>> | undefined;
  /** What holds for the users of every profile: `{ think: { uniform: ["500ms", "2s"] } }`. */
  readonly users?: { readonly think?: ThinkInput | undefined } | undefined;
  /** The mix, by name: `{ embed: { weight: 8, post: "/embed", json: { text: "hi" } }, health: { get: "/health" } }`. */
  readonly tasks: Readonly<Record<string, TaskInput>>;
  /** The loads, run in this order, by name: `{ sustained: { users: 50, for: "5m" }, steady: { rate: "40/s", for: "2m" } }`. */
  readonly profiles: Readonly<Record<string, ProfileInput>>;
  /** What the target promises: `["p95 < 500ms", "errors < 1%", "embed p99 < 1s"]`. */
  readonly thresholds?: readonly ThresholdInput[] | undefined;
  /** From the send of a request to its last byte: `60s`, which is what holds when not given. */
  readonly timeout?: DurationText | undefined;
  /** The parts of that time, each on its own. */
  readonly timeouts?: TimeoutsInput | undefined;
  /** How long requests in flight at a phase's end may still take: `30s`, which is what holds when not given. */
  readonly drain?: DurationText | undefined;
  /** How the target's certificate is judged: `{ ca: "ca.pem" }`. */
  readonly tls?: TlsInput | undefined;
  /** Hosts that may be loaded although they are neither loopback nor private: `["staging.example.com"]`. */
  readonly allowTargets?: readonly string[] | undefined;
  /** The target's own metrics, recorded while it is loaded: `{ prometheus: "/metrics", metrics: ["queue_depth"] }`. */
  readonly observe?: ObserveInput | undefined;
  /** `never`, unless given: a redirect is an answer like any other. */
  readonly redirects?: "never" | "same-origin" | undefined;
  /** Rates: the most connections one run opens, 10,000 when not given; an arrival beyond them is dropped. */
  readonly maxConnections?: CountText | undefined;
  /** A longer answer is a failure: `64MiB`, which is what holds when not given. */
  readonly maxBody?: SizeText | undefined;
}

/** `{ get: "/health", expect: { json: { status: "healthy" } }, timeout: "120s" }` */
export interface ReadyInput {
  /** A fixed path: `/health`. */
  readonly get: string;
  /** What the answer must be; any status below 400 when not given. */
  readonly expect?: ExpectInput | undefined;
  /** From one try to the next: `500ms`, which is what holds when not given. */
  readonly interval?: DurationText | undefined;
  /** After which the run is given up: `60s`, which is what holds when not given. */
  readonly timeout?: DurationText | undefined;
}

/** Rows themselves, or where they stand: `["a", "b"]`, `{ file: "users.csv" }`. */
export type TableInput =
  | readonly JsonValue[]
  | {
      /** A `.txt` (a row a line), `.jsonl`, `.json` (a list) or `.csv` (with a header) beside the spec. */
      readonly file?: string | undefined;
      /** Rows: text, numbers or records, such as `[{ id: 1 }, { id: 2 }]`. */
      readonly inline?: readonly JsonValue[] | undefined;
    };

/** Pause between a response and the next request of the same user; `none` unless given. A text is a constant pause. */
export type ThinkInput =
  | "none"
  | DurationText
  | {
      /** Always this long: `1s`. */
      readonly constant?: DurationText | undefined;
      /** Anything between, all alike: `["500ms", "2s"]`. */
      readonly uniform?: readonly [low: DurationText, high: DurationText] | undefined;
      /** With this mean: `1s`. */
      readonly exponential?: DurationText | undefined;
      /** `{ median: "1s", sigma: 0.5 }`; sigma is of the natural logarithm. */
      readonly "log-normal"?: { readonly median: DurationText; readonly sigma: CountText } | undefined;
      /** From one start to the next, whatever the answer took: `2s`. */
      readonly pacing?: DurationText | undefined;
    };

/** One request: a method with its path, and what belongs to it. */
export interface StepInput {
  /** Path and query: `/users/{{integer 1 100}}`. Insertions are drawn anew for each request. */
  readonly get?: string | undefined;
  /** Path of a POST: `/embed`. */
  readonly post?: string | undefined;
  /** Path of a PUT. */
  readonly put?: string | undefined;
  /** Path of a PATCH. */
  readonly patch?: string | undefined;
  /** Path of a DELETE. */
  readonly delete?: string | undefined;
  /** Path of a HEAD. */
  readonly head?: string | undefined;
  /** Path of an OPTIONS. */
  readonly options?: string | undefined;
  /** Any other method, with `path`: `PURGE`. GET when not given. */
  readonly method?: string | undefined;
  /** The path where `method` stands for itself. */
  readonly path?: string | undefined;
  /** Query parameters, added to those of the path: `{ page: "{{integer 1 9}}" }`. */
  readonly query?: Readonly<Record<string, ScalarText>> | undefined;
  /** Added to the spec's headers: `{ "x-tenant": "{{pick tenants}}" }`. */
  readonly headers?: Readonly<Record<string, ScalarText>> | undefined;
  /**
   * JSON body. Anywhere in it stand values drawn anew for each request: `{ pick: "sentences", count: [8, 32] }`,
   * `{ pick: "users", field: "id" }`, `{ integer: [1, 9] }`, `{ number: [0, 1] }`, `{ uuid: true }`,
   * `{ timestamp: "iso" }`, `{ repeat: "word ", length: 1000 }`, `{ counter: true }`, `{ captured: "id" }`;
   * `{ literal: … }` stands for its value as it is.
   */
  readonly json?: JsonValue | undefined;
  /** Text body: `id={{uuid}}`. */
  readonly text?: string | undefined;
  /** Form body, by field: `{ q: "{{pick words}}" }`. */
  readonly form?: Readonly<Record<string, ScalarText>> | undefined;
  /** File beside the spec whose bytes are the body: `cat.png`. */
  readonly file?: string | undefined;
  /** What makes the answer right; any status below 400 when not given. */
  readonly expect?: ExpectInput | undefined;
  /** Under which it is counted; its key when not given. */
  readonly name?: string | undefined;
  /** Values of the answer for later steps, by name: `{ id: "$.id", session: { header: "x-session" } }`. */
  readonly capture?:
    | Readonly<Record<string, string | { readonly json: string } | { readonly header: string }>>
    | undefined;
}

/** One kind of request in the mix, or a flow of them: `{ weight: 8, post: "/embed", json: { text: "hi" } }`. */
export interface TaskInput extends StepInput {
  /** Its share of all tasks is weight ÷ sum of weights: `8`. 1 when not given, 0 for never. */
  readonly weight?: CountText | undefined;
  /** A flow in place of one request; a step is sent only after the one before succeeded. */
  readonly steps?: readonly StepInput[] | undefined;
  /** By which a profile may choose: `["read"]`. */
  readonly tags?: readonly string[] | undefined;
  /** Pause after this task, in place of the profile's. */
  readonly think?: ThinkInput | undefined;
}

/** What makes a response right; all that is given must hold. */
export interface ExpectInput {
  /** `200`, `2xx`, `200-204`, or a list of them; any below 400 when not given. */
  readonly status?: StatusInput | readonly StatusInput[] | undefined;
  /** The exact value, or a part of it: `{ "content-type": { contains: "json" } }`. */
  readonly headers?:
    | Readonly<Record<string, ScalarText | { readonly equals: ScalarText } | { readonly contains: ScalarText }>>
    | undefined;
  /** JSON path → the exact value wanted there: `{ "$.status": "healthy" }`. */
  readonly json?: Readonly<Record<string, JsonValue>> | undefined;
  /** JSON path → type and length wanted there: `{ "$.vectors[0]": "array(384)" }`. */
  readonly shape?: Readonly<Record<string, ShapeText>> | undefined;
  /** A later answer is wrong, though it came: `2s`. */
  readonly latency?: DurationText | undefined;
  /** Share of responses whose body is checked: `1/20`; all when not given. */
  readonly check?: ShareText | undefined;
}

/** `200`, `2xx`, `200-204` */
export type StatusInput = number | `${1 | 2 | 3 | 4 | 5}xx` | `${number}-${number}` | AnyText;

/** A type, with the length of an array or a text if it matters: `integer`, `array(384)`, `array(1..)`, `string(1..80)`. */
export type ShapeText =
  | "string"
  | "number"
  | "integer"
  | "boolean"
  | "array"
  | "object"
  | "null"
  | "any"
  | `${"array" | "string"}(${string})`
  | AnyText;

/** One load over a time: users, who wait for their answer, or a rate, which does not. */
export interface ProfileInput {
  /** Virtual users, each with at most one request in flight: `50`. */
  readonly users?: CountText | undefined;
  /** Users added, evenly spaced: `5/s`. All at once when not given. */
  readonly spawn?: RateText | undefined;
  /** Arrivals, whether or not earlier ones have returned: `40/s`. */
  readonly rate?: RateText | undefined;
  /** How arrivals of a rate are spaced; `poisson` when not given. */
  readonly arrivals?: "poisson" | "constant" | undefined;
  /** From the first user or arrival, ramp included: `2m`. */
  readonly for?: DurationText | undefined;
  /** Parts one after the other, in place of one load: `[{ rate: "10/s", for: "1m" }, { from: "10/s", to: "50/s", for: "5m" }]`. */
  readonly stages?: readonly StageInput[] | undefined;
  /** Pause of this profile's users, in place of the spec's. */
  readonly think?: ThinkInput | undefined;
  /** Left out of the judgement: `30s`, `0` for nothing; found by itself when not given or `auto`. */
  readonly warmup?: DurationText | 0 | "auto" | undefined;
  /** Only tasks with one of these: `["read"]`. */
  readonly tags?: readonly string[] | undefined;
}

/** One part of a profile. */
export interface StageInput {
  /** Virtual users at its end: `100`. */
  readonly users?: CountText | undefined;
  /** Users added (or taken away), evenly spaced: `5/s`. All at once when not given. */
  readonly spawn?: RateText | undefined;
  /** Arrivals, constant over the part: `40/s`. */
  readonly rate?: RateText | undefined;
  /** Arrivals at its start: `10/s`. Where the part before ended when not given. */
  readonly from?: RateText | undefined;
  /** Arrivals at its end, reached in a straight line: `50/s`. */
  readonly to?: RateText | undefined;
  /** How long: `1m`. */
  readonly for: DurationText;
}

/** A promise, such as `p95 < 500ms`, `embed p99 < 1s`, `errors < 1%`, `rps > 50`; or one with more said about it. */
export type ThresholdInput =
  | string
  | {
      /** The promise: `p95 < 500ms`. */
      readonly expr: string;
      /** Must hold in every window this long: `30s`. Over the whole phase when not given. */
      readonly for?: DurationText | undefined;
      /** `point` judges the observed value alone; `interval`, when not given, wants enough data to be sure. */
      readonly strict?: "point" | "interval" | undefined;
      /** With pXX and errors: end the run once it cannot be kept any more. */
      readonly abort?: boolean | undefined;
    };

/** Each from the send of a request. */
export interface TimeoutsInput {
  /** Until a connection stands: `10s`, which is what holds when not given. */
  readonly connect?: DurationText | undefined;
  /** Until the first byte of the answer: `30s`. The whole time when not given. */
  readonly firstByte?: DurationText | undefined;
  /** Until the last byte; the same as `timeout`. */
  readonly total?: DurationText | undefined;
}

/** How the target's certificate is judged. */
export interface TlsInput {
  /** PEM file of a further certificate authority, beside the spec: `ca.pem`. */
  readonly ca?: string | undefined;
  /** `false` takes any certificate. */
  readonly verify?: boolean | undefined;
  /** The name that the certificate must bear, where it is not the target's: `api.internal`. */
  readonly serverName?: string | undefined;
}

/** `{ prometheus: "http://127.0.0.1:9400/metrics", metrics: [{ name: "gpu", metric: "DCGM_FI_DEV_GPU_UTIL" }] }` */
export interface ObserveInput {
  /** Where they are told as Prometheus text: a URL, or a path on the target: `/metrics`. */
  readonly prometheus: string;
  /** Sent with every scrape: `{ authorization: "Bearer ${SCRAPE_KEY}" }`. */
  readonly headers?: Readonly<Record<string, ScalarText>> | undefined;
  /** From one scrape to the next, at least `100ms`: `1s`, which is what holds when not given. */
  readonly every?: DurationText | undefined;
  /** What is read there: `["queue_depth", { name: "gpu", metric: "DCGM_FI_DEV_GPU_UTIL", labels: { gpu: "0" } }]`. */
  readonly metrics: readonly (string | ObservedMetricInput)[];
}

/** One of the target's metrics: `{ name: "gpu", metric: "DCGM_FI_DEV_GPU_UTIL", labels: { gpu: "0" }, full: 100 }`. */
export interface ObservedMetricInput {
  /** Under which it is shown: `gpu`. The metric's own when not given. */
  readonly name?: string | undefined;
  /** As the target calls it: `DCGM_FI_DEV_GPU_UTIL`. */
  readonly metric: string;
  /** Only series that have all of these: `{ gpu: "0" }`. */
  readonly labels?: Readonly<Record<string, ScalarText>> | undefined;
  /** What several series come to; `sum` when not given. */
  readonly take?: "sum" | "mean" | "min" | "max" | undefined;
  /** The value at which it is full: `100`. */
  readonly full?: number | undefined;
}
