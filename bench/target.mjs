/** The targets: nginx as a null server that is not the limit, and a server whose service time is known. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { pathOf, TARGET_CORE } from "./machine.mjs";

/** What an embedding endpoint answers: 384 numbers, about 4.9 KB. */
export const RESPONSE_BODY = JSON.stringify({
  model: "all-MiniLM-L6-v2",
  usage: { prompt_tokens: 21, total_tokens: 21 },
  embeddings: [Array.from({ length: 384 }, (_, i) => Number((Math.sin(i * 1.7) * 0.9).toFixed(9)))],
});

/** What bodies are drawn from. */
export const SENTENCES = Array.from({ length: 32 }, (_, i) =>
  `Sentence ${i}: the quick brown fox jumps over the lazy dog again and again`.padEnd(69, "."),
);

/** What peers without a script send, 115 bytes; the others draw theirs anew for each request, of the same length on average. */
export const REQUEST_BODY = JSON.stringify({
  texts: ["The quick brown fox jumps over the lazy dog again and again, all day."],
  model: "minilm",
  n: 5,
}).padEnd(115);

const SERVICE_US = 20_000;

/**
 * One nginx process on each of these cores, all on the same ports, answering every request with RESPONSE_BODY, by HTTP, and
 * by TLS 1.3 in HTTP/1.1 or HTTP/2.
 */
export async function startNginx(folder, cores = [TARGET_CORE]) {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const started = [];
  for (const core of cores) {
    const ownFolder = join(folder, `nginx-${port}-${core}`);
    mkdirSync(ownFolder);
    started.push(await startServer(["-c", core, pathOf("nginx"), ...nginxArgs(ownFolder, port, tlsPort)], port));
  }
  return {
    pids: started.map(({ pid }) => pid),
    stop: async () => void (await Promise.all(started.map(({ stop }) => stop()))),
    url: `http://127.0.0.1:${port}`,
    tlsUrl: `https://127.0.0.1:${tlsPort}`,
  };
}

function nginxArgs(folder, port, tlsPort) {
  const { key, certificate } = makeCertificate(folder);
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(" ");
  const [first, second] = [RESPONSE_BODY.slice(0, 3000), RESPONSE_BODY.slice(3000)];
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; worker_rlimit_nofile 40000;
    events { worker_connections 20000; }
    http { access_log off; default_type application/json; keepalive_requests 1000000000; ${temp}
      server { listen 127.0.0.1:${port} backlog=4096 reuseport; listen 127.0.0.1:${tlsPort} ssl http2 backlog=4096 reuseport;
        ssl_certificate ${certificate}; ssl_certificate_key ${key}; ssl_protocols TLSv1.3;
        location / { set $a '${first}'; set $b '${second}'; return 200 $a$b; } } }`,
  );
  return ["-c", config, "-e", `${folder}/nginx.log`];
}

/** Answers 20 ms after each request; `truth()` tells what it really did since it was last asked. */
export async function startDelayServer(folder) {
  const port = await freePort();
  const args = [String(port), String(SERVICE_US), "4900"];
  const { pid, stop } = await startServer(["-c", TARGET_CORE, ...delayCommand(folder), ...args], port);
  const url = `http://127.0.0.1:${port}`;
  return { pids: [pid], stop, url, truth: async () => (await fetch(`${url}/truth`)).json() };
}

function delayCommand(folder) {
  const servers = join(import.meta.dirname, "servers");
  const program = join(folder, "delay");
  execFileSync("cc", ["-O2", "-o", program, join(servers, "delay.c")]);
  return [program];
}

function makeCertificate(folder) {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  execFileSync(
    "openssl",
    ["req", "-x509", ...kind, "-nodes", "-days", "2", ...subject, "-keyout", key, "-out", certificate],
    { stdio: "ignore" },
  );
  return { key, certificate };
}

async function startServer(args, port) {
  const child = spawn("taskset", args, { stdio: "ignore" });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "close");
  };
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await isListening(port)) return { pid: child.pid, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`the target does not listen on port ${port}: ${args.join(" ")}`);
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
