import { PlimsollError } from "../base/errors.ts";
import type { Console } from "./console.ts";
import { durationMs, wholeNumber } from "./number-flag.ts";

export interface ServeFlags {
  readonly port: string;
  readonly host: string;
  readonly workers: string;
  readonly maxBatch: string;
  readonly batchWait: string;
  readonly maxQueue: string;
  readonly extraPerText?: string;
}

/** What this tool uses of `@plimsoll/endpoint`, which it loads only here. */
interface EndpointPackage {
  startEndpoint(options: object): Promise<{ url: string; ready: Promise<void>; stop(): Promise<void> }>;
}

/** Told to a parent process that started `serve` as a child. */
export interface ServeMessage {
  readonly state: "listening" | "ready";
  readonly url: string;
}

/** `plimsoll serve`: runs until SIGINT or SIGTERM, then drains. @throws ENDPOINT_MISSING PORT_IN_USE USAGE */
export async function serveCommand(flags: ServeFlags, console: Console): Promise<number> {
  const { startEndpoint } = await loadEndpoint();
  const tell = (message: ServeMessage) => process.send?.(message);
  const endpoint = await startEndpoint({ ...endpointOptions(flags), onLog: logTo(console) }).catch(rethrowStart(flags));
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    process.once("disconnect", () => resolve());
  });
  console.note(`loading the model; ${endpoint.url}/health answers 503 until it is ready\n`);
  tell({ state: "listening", url: endpoint.url });
  void endpoint.ready.then(
    () => {
      tell({ state: "ready", url: endpoint.url });
      console.out(
        console.isJson
          ? `${JSON.stringify({ url: endpoint.url })}\n`
          : `ready: ${endpoint.url} (docs at ${endpoint.url}/docs)\n`,
      );
    },
    (error: unknown) => console.note(`the model could not be loaded: ${error}\n`),
  );
  await signalled;
  console.note("draining …\n");
  await endpoint.stop();
  // The channel to a parent would keep this process alive.
  if (process.connected) process.disconnect();
  return 0;
}

function endpointOptions(flags: ServeFlags) {
  return {
    host: flags.host,
    port: wholeNumber("--port", flags.port, { least: 0, most: 65_535 }),
    workers: wholeNumber("--workers", flags.workers, { least: 1, most: 64 }),
    maxBatch: wholeNumber("--max-batch", flags.maxBatch, { least: 1, most: 256 }),
    batchWaitMs: durationMs("--batch-wait", flags.batchWait),
    maxQueue: wholeNumber("--max-queue", flags.maxQueue, { least: 0, most: 100_000 }),
    extraMsPerText: durationMs("--extra-per-text", flags.extraPerText) ?? 0,
  };
}

function logTo(console: Console) {
  return (line: { readonly level: string; readonly message: string }) =>
    console.note(`${line.level}: ${line.message}\n`);
}

async function loadEndpoint(): Promise<EndpointPackage> {
  try {
    // The name is not a literal so that neither compiler nor bundler wants the package, which is optional.
    const name: string = "@plimsoll/endpoint";
    return await import(name);
  } catch (cause) {
    throw new PlimsollError("ENDPOINT_MISSING", `the reference endpoint is not installed here: ${cause}`, { cause });
  }
}

function rethrowStart(flags: ServeFlags) {
  return (cause: unknown): never => {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")
      throw new PlimsollError("PORT_IN_USE", `port ${flags.port} on ${flags.host} is taken`, { cause });
    throw new PlimsollError("USAGE", cause instanceof Error ? cause.message : String(cause), { cause });
  };
}
