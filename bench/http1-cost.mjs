/**
 * What a request costs us: CPU µs per request of our own HTTP/1.1 transport in closed loop, 100 connections on one
 * core, nginx on the other, against wrk in the same interleaved rounds.
 *
 *     node bench/http1-cost.mjs [--undici]
 *
 * Needs Linux, nginx, wrk and taskset. Takes about ten seconds.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const CONNECTIONS = 100;
const ROUNDS = 3;
const ROUND_MS = 1500;
const PORT = 18_080;
const REQUEST_BODY = JSON.stringify({
  texts: ["The quick brown fox jumps over the lazy dog, again and again, all day."],
  n: 1,
}).padEnd(115);
const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

if (process.argv[2] === "--client") await runClient(process.argv[3], process.argv[4]);
else await compare();

async function compare() {
  const folder = mkdtempSync(join(tmpdir(), "http1-cost-"));
  const nginx = startNginx(folder);
  try {
    await untilListening();
    const bundle = await bundleTransports(folder);
    const rows = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rows.push({
        client: "own http1",
        ...(await measure("taskset", ["-c", "0", "node", fileURLToPath(import.meta.url), "--client", "http1", bundle])),
      });
      if (process.argv.includes("--undici")) {
        rows.push({
          client: "undici",
          ...(await measure("taskset", [
            "-c",
            "0",
            "node",
            fileURLToPath(import.meta.url),
            "--client",
            "undici",
            bundle,
          ])),
        });
      }
      rows.push({ client: "wrk", ...(await measure("taskset", wrkArguments(folder))) });
    }
    console.table(rows.sort((a, b) => a.client.localeCompare(b.client)));
  } finally {
    nginx.kill("SIGTERM");
    await new Promise((resolve) => nginx.once("close", resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

function startNginx(folder) {
  const body = JSON.stringify({ embeddings: [Array.from({ length: 384 }, (_, i) => Number(Math.sin(i).toFixed(8)))] });
  const config = join(folder, "nginx.conf");
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http { access_log off; default_type application/json; keepalive_requests 1000000000; ${temp.join(" ")}
      server { listen 127.0.0.1:${PORT}; location / { set $a '${body.slice(0, 3000)}'; set $b '${body.slice(3000)}'; return 200 $a$b; } } }`,
  );
  return spawn("taskset", ["-c", "1", "nginx", "-c", config, "-e", join(folder, "error.log")], { stdio: "ignore" });
}

async function untilListening() {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isUp = await new Promise((resolve) => {
      const socket = createConnection({ host: "127.0.0.1", port: PORT });
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("nginx does not listen");
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

function wrkArguments(folder) {
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
    `http://127.0.0.1:${PORT}/embed`,
  ];
}

/** CPU comes from the client's own account where it gives one (without its start-up), else from the kernel's. */
async function measure(command, args) {
  const cpuBefore = childTicks();
  const output = execFileSync(command, args, { encoding: "utf8" });
  const cpuUs = ((childTicks() - cpuBefore) / TICKS_PER_SECOND) * 1e6;
  if (output.startsWith("{")) return JSON.parse(output);
  const requests = Number(/(\d+) requests in/.exec(output)[1]);
  const perSec = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]);
  return { cpuUsPerRequest: Number((cpuUs / requests).toFixed(2)), requestsPerSec: Math.round(perSec), failed: 0 };
}

/** User and system time of children that have ended (proc(5), fields 16 and 17). */
function childTicks() {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[13]) + Number(fields[14]);
}

async function runClient(name, bundle) {
  const { createHttp1Transport, createUndiciTransport } = await import(bundle);
  const transport = (name === "http1" ? createHttp1Transport : createUndiciTransport)({
    origin: `http://127.0.0.1:${PORT}`,
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
