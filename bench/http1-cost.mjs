/**
 * What a request costs us: CPU µs per request of our own HTTP/1.1 transport in closed loop, 100 connections on one
 * core, nginx on the other, against wrk in the same interleaved rounds.
 *
 *     node bench/http1-cost.mjs [--undici]
 *
 * Needs Linux, nginx, wrk and taskset. Takes about ten seconds.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { endedChildrenCpuUs } from "./machine.mjs";
import { REQUEST_BODY, startNginx } from "./target.mjs";

const CONNECTIONS = 100;
const ROUNDS = 3;
const ROUND_MS = 1500;

if (process.argv[2] === "--client") await runClient(...process.argv.slice(3));
else await compare();

async function compare() {
  const folder = mkdtempSync(join(tmpdir(), "http1-cost-"));
  const nginx = await startNginx(folder);
  try {
    const bundle = await bundleTransports(folder);
    const clients = process.argv.includes("--undici") ? ["http1", "undici"] : ["http1"];
    const rows = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const client of clients) {
        const script = [fileURLToPath(import.meta.url), "--client", client, bundle, nginx.url];
        rows.push({ client, ...measure("taskset", ["-c", "0", process.execPath, ...script]) });
      }
      rows.push({ client: "wrk", ...measure("taskset", wrkArguments(folder, nginx.url)) });
    }
    console.table(rows.sort((a, b) => a.client.localeCompare(b.client)));
  } finally {
    await nginx.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundleTransports(folder) {
  const outfile = join(folder, "transports.mjs");
  const source = new URL("../packages/plimsoll/src/transport/", import.meta.url);
  await build({
    stdin: {
      contents: `export { createHttp1Transport } from "./http1/http1-transport.ts"; export { createUndiciTransport } from "./undici/undici-transport.ts";`,
      resolveDir: fileURLToPath(source),
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outfile,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  return outfile;
}

function wrkArguments(folder, url) {
  const script = join(folder, "post.lua");
  writeFileSync(
    script,
    `wrk.method = "POST"\nwrk.body = [[${REQUEST_BODY}]]\nwrk.headers["Content-Type"] = "application/json"\n`,
  );
  return [
    "-c",
    "0",
    "wrk",
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${Math.ceil(ROUND_MS / 1000)}s`,
    "-s",
    script,
    `${url}/embed`,
  ];
}

/** CPU comes from the client's own account where it gives one (without its start-up), else from the kernel's. */
function measure(command, args) {
  const beforeUs = endedChildrenCpuUs();
  const output = execFileSync(command, args, { encoding: "utf8" });
  const cpuUs = endedChildrenCpuUs() - beforeUs;
  if (output.startsWith("{")) return JSON.parse(output);
  const requests = Number(/(\d+) requests in/.exec(output)[1]);
  const perSec = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]);
  return { cpuUsPerRequest: Number((cpuUs / requests).toFixed(2)), requestsPerSec: Math.round(perSec), failed: 0 };
}

async function runClient(name, bundle, url) {
  const { createHttp1Transport, createUndiciTransport } = await import(bundle);
  const transport = (name === "http1" ? createHttp1Transport : createUndiciTransport)({
    origin: url,
    addresses: ["127.0.0.1"],
    connectTimeoutMs: 5000,
    firstByteTimeoutMs: 5000,
    totalTimeoutMs: 5000,
    maxBodyBytes: 1 << 20,
    maxHeaderBytes: 65_536,
    tls: { caPem: undefined, isVerified: true, serverName: undefined },
    nowMs: () => performance.now(),
  });
  const request = {
    method: "POST",
    path: "/embed",
    headers: "content-type: application/json\r\n",
    body: REQUEST_BODY,
    wantsBody: false,
    wantsHeaders: false,
  };
  let completed = 0;
  let failed = 0;
  let isOver = false;
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const connection = transport.connection();
    const onEnd = (exchange) => {
      if (exchange.kind === "ok" && exchange.bodyBytes > 4000) completed += 1;
      else failed += 1;
      if (!isOver) connection.send(request, onEnd);
    };
    connection.send(request, onEnd);
  }
  await new Promise((resolve) => setTimeout(resolve, 400));
  completed = 0;
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  const { user, system } = process.cpuUsage(startedCpu);
  const passedS = (performance.now() - startedMs) / 1000;
  isOver = true;
  const row = {
    cpuUsPerRequest: Number(((user + system) / completed).toFixed(2)),
    userUs: Number((user / completed).toFixed(2)),
    requestsPerSec: Math.round(completed / passedS),
    failed,
  };
  process.stdout.write(`${JSON.stringify(row)}\n`);
  await transport.close();
  process.exit(0);
}
