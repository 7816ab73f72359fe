/** Our HTTP/1.1 client with a fault planted in its source: what a fuzz that is worth its time must find. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import type { HeadMemory } from "../../packages/plimsoll/src/transport/http1/head-memory.ts";
import type { createHttp1Transport } from "../../packages/plimsoll/src/transport/http1/http1-transport.ts";
import type { ResponseParser } from "../../packages/plimsoll/src/transport/http1/response-parser.ts";

const HTTP1 = join(import.meta.dirname, "../../packages/plimsoll/src/transport/http1");

export interface PlantedFault {
  /** A file of `transport/http1`. */
  readonly file: string;
  /** Stands in it exactly once. */
  readonly right: string;
  readonly wrong: string;
}

export interface Http1Client {
  readonly createHttp1Transport: typeof createHttp1Transport;
  readonly ResponseParser: typeof ResponseParser;
  readonly HeadMemory: typeof HeadMemory;
}

/** The client with the faults of the table planted, bundled anew; nothing of it is shared with the sound one. */
export async function withFault(fault: PlantedFault): Promise<Http1Client> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from "./http1-transport.ts"; export * from "./response-parser.ts";
        export * from "./head-memory.ts";`,
      resolveDir: HTTP1,
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "silent",
    plugins: [
      {
        name: "planted-fault",
        setup: ({ onLoad }) =>
          onLoad({ filter: /\/http1\/[\w-]+\.ts$/ }, async ({ path }) => {
            const contents = await readFile(path, "utf8");
            return { contents: basename(path) === fault.file ? planted(contents, fault) : contents, loader: "ts" };
          }),
      },
    ],
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString("base64");
  const client: Http1Client = await import(`data:text/javascript;base64,${code}`);
  return client;
}

function planted(source: string, { file, right, wrong }: PlantedFault): string {
  if (source.split(right).length !== 2) throw new Error(`${file} does not hold exactly once: ${right}`);
  return source.replace(right, () => wrong);
}

/** One of each kind that has hurt real clients. */
export const FAULTS = {
  "the overflow of a chunk's size is ignored": {
    file: "chunk-line.ts",
    right: `this.#sizeBytes = this.#sizeBytes * 16 + digit;
    if (digit > 15 || this.#digitCount > MOST_DIGITS || this.#sizeBytes > Number.MAX_SAFE_INTEGER) {`,
    wrong: `this.#sizeBytes = (this.#sizeBytes * 16 + digit) >>> 0;
    if (digit > 15) {`,
  },
  "a connection is used again after a violation": {
    file: "http1-connection.ts",
    right: `if (progress === "failed") {
      this.#dropOurselves();`,
    wrong: `if (progress === "failed") {`,
  },
  "a HEAD has a body": {
    file: "response-parser.ts",
    right: 'this.#request.method === "HEAD" || ',
    wrong: "",
  },
} as const satisfies Readonly<Record<string, PlantedFault>>;

/** Met only where headers are not wanted: a comparison of clients, which compares headers too, cannot find it. */
export const UNKEPT_FAULTS = {
  "a remembered head is compared by its first line alone": {
    file: "head-memory.ts",
    right: "index < lengthBytes; index += 1",
    wrong: "index < lengthBytes && octets[index] !== 13; index += 1",
  },
} as const satisfies Readonly<Record<string, PlantedFault>>;
