/** The other generators, each asked for the same load the way its own guide does; those that are here. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathOf } from "./machine.mjs";
import { measureProcess } from "./measured-process.mjs";
import { REQUEST_BODY, SENTENCES } from "./target.mjs";

const GRACE_MS = 20_000;

/**
 * By name: how to ask its version, how to ask for load, and how to read what it did. Those that run a script (k6, Locust)
 * do what our spec does: two tasks by weight, a body drawn for each request, its status checked. The others can send one
 * fixed body only.
 */
const PEERS = {
  wrk: {
    program: "wrk",
    version: ["-v"],
    args: ({ url, users, seconds, folder }) => {
      const script = join(folder, "post.lua");
      writeFileSync(
        script,
        `wrk.method = "POST"\nwrk.body = [[${REQUEST_BODY}]]\nwrk.headers["Content-Type"] = "application/json"\n`,
      );
      return ["-t1", `-c${users}`, `-d${seconds}s`, "-s", script, url];
    },
    read: ({ out }) => ({
      requests: Number(/(\d+) requests in/.exec(out)?.[1]),
      failed: Number(/Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? 0),
    }),
  },
  oha: {
    program: "oha",
    version: ["--version"],
    args: ({ url, users, seconds }) => [
      ...["--no-tui", "--output-format", "json", "--insecure", "-z", `${seconds}s`, "-c", String(users)],
      ...["-m", "POST", "-T", "application/json", "-d", REQUEST_BODY, url],
    ],
    read: ({ out }) => {
      const counts = JSON.parse(out).statusCodeDistribution;
      return { requests: counts["200"], failed: sum(Object.values(counts)) - counts["200"] };
    },
  },
  k6: {
    program: "k6",
    version: ["version"],
    args: ({ url, users, seconds, folder }) => {
      const script = join(folder, "k6.js");
      writeFileSync(
        script,
        `import http from "k6/http";
        import { check } from "k6";
        export const options = { vus: ${users}, duration: "${seconds}s", insecureSkipTLSVerify: true };
        const params = { headers: { "Content-Type": "application/json" } };
        const texts = ${JSON.stringify(SENTENCES)};
        const drawn = (low, high) => low + Math.floor(Math.random() * (high - low + 1));
        function embed(low, high) {
          const body = { texts: [texts[drawn(0, texts.length - 1)]], model: "minilm", n: drawn(low, high) };
          check(http.post(${JSON.stringify(url)}, JSON.stringify(body), params), { ok: (r) => r.status === 200 });
        }
        export default function () {
          if (Math.random() < 0.8) embed(1, 9);
          else embed(10, 99);
        }
        export function handleSummary(data) {
          const { passes, fails } = data.metrics.checks.values;
          return { stdout: JSON.stringify({ requests: passes, failed: fails }) };
        }`,
      );
      return ["run", "--quiet", "--no-usage-report", script];
    },
    read: ({ out }) => JSON.parse(out),
  },
  vegeta: {
    program: "vegeta",
    version: ["-version"],
    args: ({ url, users, seconds, folder }) => {
      const [targets, body] = [join(folder, "vegeta.txt"), join(folder, "body.json")];
      writeFileSync(body, REQUEST_BODY);
      writeFileSync(targets, `POST ${url}\nContent-Type: application/json\n@${body}\n`);
      const load = ["-rate", "0", "-workers", String(users), "-max-workers", String(users)];
      return [
        "attack",
        ...load,
        "-duration",
        `${seconds}s`,
        "-targets",
        targets,
        "-output",
        join(folder, "vegeta.bin"),
      ];
    },
    read: (_measured, { folder }) => {
      const report = execFileSync(pathOf("vegeta"), ["report", "-type", "json", join(folder, "vegeta.bin")]);
      const { status_codes: counts } = JSON.parse(report);
      return { requests: counts["200"], failed: sum(Object.values(counts)) - counts["200"] };
    },
  },
  autocannon: {
    program: "autocannon",
    version: ["--version"],
    args: ({ url, users, seconds }) => [
      // Not -C: it leaves out the correction for a rate, and is refused where none is asked for.
      ...["-j", "-n", "-c", String(users), "-d", String(seconds)],
      ...["-m", "POST", "-H", "content-type=application/json", "-b", REQUEST_BODY, url],
    ],
    read: ({ out }) => {
      const result = JSON.parse(out);
      return { requests: result["2xx"], failed: result.non2xx + result.errors };
    },
  },
  "Locust FastHttpUser": locust("FastHttpUser"),
  "Locust HttpUser": locust("HttpUser"),
};

function locust(kind) {
  return {
    program: "locust",
    version: ["--version"],
    args: ({ url, users, seconds, folder }) => {
      const script = join(folder, "locustfile.py");
      writeFileSync(
        script,
        `import random
from locust import ${kind}, task
TEXTS = ${JSON.stringify(SENTENCES)}
class Bench(${kind}):
    @task(8)
    def embed(self):
        self.send(1, 9)
    @task(2)
    def embed_seeded(self):
        self.send(10, 99)
    def send(self, low, high):
        body = {"texts": [random.choice(TEXTS)], "model": "minilm", "n": random.randint(low, high)}
        self.client.post("/embed", json=body)
`,
      );
      const load = ["-u", String(users), "-r", String(users), "-t", `${seconds}s`];
      return ["-f", script, "--headless", "--json", "--loglevel", "ERROR", "-H", new URL(url).origin, ...load];
    },
    read: ({ out }) => {
      const stats = JSON.parse(out);
      const failed = sum(stats.map((row) => row.num_failures));
      return { requests: sum(stats.map((row) => row.num_requests)) - failed, failed };
    },
  };
}

/** Names of those that can be run, of those wanted. */
export function presentPeers(wanted = Object.keys(PEERS)) {
  return wanted.filter((name) => pathOf(PEERS[name].program) !== undefined);
}

export function missingPeers() {
  return Object.keys(PEERS).filter((name) => pathOf(PEERS[name].program) === undefined);
}

/** `wrk 4.1.0 …`, a line for each program. */
export function peerVersions() {
  const programs = new Map(presentPeers().map((name) => [PEERS[name].program, PEERS[name].version]));
  return [...programs].map(([program, args]) => {
    // Some say it on standard error, some end with 1.
    const said = spawnSync(pathOf(program), args, { encoding: "utf8" });
    const version = /(?<![\w.])v?\d+\.\d+[\d.]*/.exec(said.stdout + said.stderr)?.[0] ?? fingerprint(pathOf(program));
    return `${program} ${version}`;
  });
}

function fingerprint(path) {
  return `(tells no version; SHA-256 ${createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 12)})`;
}

/** Closed loop of `users` connections for some seconds: what it cost and what it completed. */
export async function runPeer(name, load) {
  const peer = PEERS[name];
  const args = peer.args(load);
  const measured = await measureProcess({
    command: pathOf(peer.program),
    args,
    targetPids: load.targetPids,
    timeoutMs: load.seconds * 1000 + GRACE_MS,
  });
  try {
    const counts = peer.read(measured, load);
    if (!(counts.requests > 0)) throw new Error("it completed no request");
    return { ...measured, ...counts, perSec: counts.requests / load.seconds };
  } catch (cause) {
    const said = `${measured.out}${measured.err}`.slice(0, 400);
    throw new Error(`${name} ended with ${measured.code}: ${cause.message}\n${said}`, { cause });
  }
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
