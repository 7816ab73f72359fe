/** One line for the operator. */
export interface EndpointLog {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

/** How the endpoint runs. Every option has a default. */
export interface EndpointOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes a free port. Default 8000. */
  readonly port?: number;
  /** Inference threads, 1–64, one core each. Default 1. */
  readonly workers?: number;
  /** Most texts of one inference run, 1–256. Default 32. */
  readonly maxBatch?: number;
  /** How long a free worker waits for a batch to fill, 0–1000 ms. Default 0: it takes what is there. */
  readonly batchWaitMs?: number;
  /** Most requests waiting for a worker, 0–100000; one more is answered 503 at once. Default 256. */
  readonly maxQueue?: number;
  /** How long `stop` lets accepted requests finish, 0–600000 ms. Default 10000. */
  readonly drainMs?: number;
  /**
   * For demonstrations only: each inference run also holds its worker for this many ms per text, 0–10000, so that a
   * build which got slower can be shown. Default 0.
   */
  readonly extraMsPerText?: number;
  /** Receives what an operator should read. Default: nobody. */
  readonly onLog?: (line: EndpointLog) => void;
}

/** The options with their defaults filled in. */
export type EndpointSettings = Required<EndpointOptions>;

/** Checks the options and fills in the defaults. @throws Error naming the first option that is wrong */
export function parseOptions(options: EndpointOptions): EndpointSettings {
  const { host = "127.0.0.1", onLog = () => {} } = options;
  if (typeof host !== "string" || host === "")
    throw new Error(`host must be an address to listen on, such as 127.0.0.1`);
  if (typeof onLog !== "function") throw new Error("onLog must be a function");
  return {
    host,
    onLog,
    port: whole("port", options.port, { fallback: 8000, min: 0, max: 65_535 }),
    workers: whole("workers", options.workers, { fallback: 1, min: 1, max: 64 }),
    maxBatch: whole("maxBatch", options.maxBatch, { fallback: 32, min: 1, max: 256 }),
    batchWaitMs: within("batchWaitMs", options.batchWaitMs, { fallback: 0, min: 0, max: 1000 }),
    maxQueue: whole("maxQueue", options.maxQueue, { fallback: 256, min: 0, max: 100_000 }),
    drainMs: within("drainMs", options.drainMs, { fallback: 10_000, min: 0, max: 600_000 }),
    extraMsPerText: within("extraMsPerText", options.extraMsPerText, { fallback: 0, min: 0, max: 10_000 }),
  };
}

interface Range {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

function whole(name: string, value: number | undefined, range: Range): number {
  if (value !== undefined && !Number.isInteger(value))
    throw new Error(`${name} must be a whole number from ${range.min} to ${range.max}, not ${String(value)}`);
  return within(name, value, range);
}

function within(name: string, value: number | undefined, { fallback, min, max }: Range): number {
  const number = value ?? fallback;
  if (typeof number !== "number" || !(number >= min && number <= max))
    throw new Error(`${name} must be a number from ${min} to ${max}, not ${String(number)}`);
  return number;
}
