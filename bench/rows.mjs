/**
 * The rows of the benchmark: what is run, side by side, and which targets it is held against. A row answers
 * `{ table, targets, notes, foreignRatio }`; it decides nothing about the machine being quiet.
 */
import { availableParallelism } from "node:os";
import { prepareNullCandidate, runPlimsoll, WARM_AFTER_S } from "./candidate.mjs";
import { ALL_CORES } from "./measured-process.mjs";
import { presentPeers, runPeer } from "./peers.mjs";
import { interleave, ratioOf, showNumber, showSpread, spreadOf } from "./rounds.mjs";
import { SENTENCES, startDelayServer, startNginx } from "./target.mjs";

const USERS = 100;
const SERVICE_PATH = "/embed";
/** Start-up and reports are counted, for all: in a shorter run they would be what is measured. */
const LEAST_CLOSED_SECONDS = 10;

const LEAST_PACE_SECONDS = 8;

const NO_THINK = { users: USERS };

/** Two tasks to choose from, bodies drawn anew, a check of the status, two thresholds: 115 bytes on average. */
function specOf(url, profile, expect = { status: 200 }) {
  const body = { texts: [{ pick: "sentences" }], model: "minilm", n: { integer: [1, 9] } };
  return {
    name: "bench",
    target: url,
    data: { sentences: { inline: SENTENCES } },
    tasks: {
      embed: { weight: 8, post: SERVICE_PATH, json: body, expect },
      embed_seeded: { weight: 2, post: SERVICE_PATH, json: { ...body, n: { integer: [10, 99] } }, expect },
    },
    profiles: { bench: profile },
    thresholds: ["p95 < 500ms", "errors < 1%"],
    tls: { verify: false },
  };
}

export const ROWS = [
  { name: "closed", title: "Closed loop, 100 connections, POST 115 B → 4.9 KB, all features on", run: runClosed },
  { name: "json", title: "Parsing and checking the JSON of responses", run: runJson },
  { name: "open", title: "Open loop 5,000/s, 20 ms service", run: runOpen },
  { name: "pace", title: "Open loop 100/s and 1,000/s", run: runPace },
  { name: "memory", title: "Memory", run: runMemory },
  { name: "threads", title: "Two threads against one, in-process null transport", run: runThreads },
  { name: "tls", title: "TLS 1.3, closed loop, 100 connections", run: runTls },
  { name: "http2", title: "HTTP/2 over TLS 1.3, closed loop, 100 users on one session", run: runHttp2 },
];

const cpuUsPerRequest = (round) => round.cpuUs / round.requests;

async function runClosed(bench) {
  const seconds = Math.max(LEAST_CLOSED_SECONDS, bench.seconds);
  const contenders = closedContenders({ ...bench, seconds }, bench.nginx.url, presentPeers());
  const results = await interleave(contenders, bench.rounds, bench.onMeasured);
  const ours = results.get("plimsoll");
  const against = (peer, most) => ratioTarget({ ours, theirs: results.get(peer), peer, most });
  return {
    table: closedTable(results),
    targets: [
      against("wrk", 1.5),
      against("oha", 1),
      against("k6", 1 / 8),
      against("Locust FastHttpUser", 1 / 18),
      noneFailed(ours),
    ],
    notes: [
      "CPU is user + system time of the whole process with its children, start-up and reports included, over completed requests.",
      `In the middle of the run, by its own account, plimsoll took ${showSpread(spreadOf(ours, (round) => round.steadyCpuUs))} µs a request.`,
      "wrk, oha, vegeta and autocannon send one fixed body. k6 and Locust do the same as plimsoll: two tasks by weight, a body drawn for each request, its status checked; only plimsoll holds two histograms a request and keeps a journal.",
    ],
    ...foreignOf(results),
  };
}

function closedContenders(bench, url, peers) {
  const { seconds, folder, nginx } = bench;
  const load = { url: `${url}${SERVICE_PATH}`, users: USERS, seconds, folder, targetPids: nginx.pids };
  const spec = specOf(url, { ...NO_THINK, for: `${seconds}s` });
  return new Map([
    ["plimsoll", () => runPlimsoll({ ...bench, spec, targetPids: nginx.pids })],
    ...peers.map((name) => [name, () => runPeer(name, load)]),
  ]);
}

function closedTable(results) {
  const ours = results.get("plimsoll");
  return {
    head: ["generator", "CPU µs per request", "requests/s", "failed", "ratio of plimsoll to it"],
    rows: [...results].map(([name, rounds]) => [
      name,
      showSpread(spreadOf(rounds, cpuUsPerRequest)),
      showSpread(spreadOf(rounds, (round) => round.perSec)),
      showNumber(rounds.reduce((sum, round) => sum + round.failed, 0)),
      rounds === ours ? "1" : showSpread(ratioOf(ours, rounds, cpuUsPerRequest)),
    ]),
  };
}

function ratioTarget({ ours, theirs, peer, most }) {
  const what = `CPU per request ÷ ${peer}`;
  const limit = most < 1 ? `≤ 1/${Math.round(1 / most)} (${showNumber(most)})` : `≤ ${most}`;
  if (theirs === undefined) return notMeasured(what, limit, `${peer} is not on PATH`);
  const ratio = ratioOf(ours, theirs, cpuUsPerRequest);
  return { what, limit, measured: showSpread(ratio), isMet: ratio.median <= most };
}

/** A target that cannot be judged here, and why. */
function notMeasured(what, limit, why) {
  return { what, limit, measured: `not measured: ${why}`, isMet: "not measured" };
}

async function runJson(bench) {
  const { seconds, nginx } = bench;
  const shape = { "$.model": "string", "$.embeddings[0]": "array(384)" };
  const contender = (expect) => () =>
    runPlimsoll({
      ...bench,
      spec: specOf(nginx.url, { ...NO_THINK, for: `${seconds}s` }, expect),
      targetPids: nginx.pids,
    });
  const results = await interleave(
    new Map([
      ["status only", contender({ status: 200 })],
      ["every response", contender({ status: 200, shape })],
      ["check: 1/20", contender({ status: 200, shape, check: "1/20" })],
    ]),
    bench.rounds,
    bench.onMeasured,
  );
  const every = spreadOf(results.get("every response"), cpuUsPerRequest);
  const sampled = ratioOf(results.get("check: 1/20"), results.get("status only"), cpuUsPerRequest);
  return {
    table: {
      head: ["what is checked", "CPU µs per request", "in the middle", "requests/s"],
      rows: [...results].map(([name, rounds]) => [
        name,
        showSpread(spreadOf(rounds, cpuUsPerRequest)),
        showSpread(spreadOf(rounds, (round) => round.steadyCpuUs)),
        showSpread(spreadOf(rounds, (round) => round.perSec)),
      ]),
    },
    targets: [
      {
        what: "JSON of every response",
        limit: "≤ 40 µs",
        measured: `${showSpread(every)} µs`,
        isMet: every.median <= 40,
      },
      {
        what: "`check: 1/20` ÷ status only",
        limit: "≤ 1.2",
        measured: showSpread(sampled),
        isMet: sampled.median <= 1.2,
      },
      noneFailed(...results.values()),
    ],
    notes: [],
    ...foreignOf(results),
  };
}

async function runOpen(bench) {
  const delay = await startDelayServer(bench.folder);
  try {
    const seconds = Math.max(5, bench.seconds);
    const spec = specOf(delay.url, { rate: "5000/s", for: `${seconds}s` });
    const once = async () => {
      await delay.truth();
      const run = await runPlimsoll({ ...bench, spec, targetPids: delay.pids });
      return { ...run, truth: await delay.truth() };
    };
    const results = await interleave(new Map([["plimsoll", once]]), bench.rounds, bench.onMeasured);
    return openResult(results);
  } finally {
    await delay.stop();
  }
}

function openResult(results) {
  const rounds = results.get("plimsoll");
  const errorOf = (name) => (round) => round.responseMs[name] - round.truth[`${name}Us`] / 1000;
  const [p50, p99] = [spreadOf(rounds, errorOf("p50")), spreadOf(rounds, errorOf("p99"))];
  const cpu = spreadOf(rounds, (round) => 100 * round.cpuRatioBetween(2500, 5000));
  return {
    table: {
      head: [
        "round",
        "sent/s",
        "p50 reported / true, ms",
        "p99 reported / true, ms",
        "send lag p50 / p99, ms",
        "failed + dropped",
      ],
      rows: rounds.map((round, index) => [
        String(index + 1),
        showNumber(round.perSec),
        `${showNumber(round.responseMs.p50)} / ${showNumber(round.truth.p50Us / 1000)}`,
        `${showNumber(round.responseMs.p99)} / ${showNumber(round.truth.p99Us / 1000)}`,
        `${showNumber(round.sendLagMs.p50)} / ${showNumber(round.sendLagMs.p99)}`,
        showNumber(round.failed),
      ]),
    },
    targets: [
      { what: "p50 error", limit: "≤ 0.5 ms", measured: `${showSpread(p50)} ms`, isMet: Math.abs(p50.median) <= 0.5 },
      { what: "p99 error", limit: "≤ 3 ms", measured: `${showSpread(p99)} ms`, isMet: Math.abs(p99.median) <= 3 },
      { what: "CPU", limit: "≤ 35 % of a core", measured: `${showSpread(cpu)} %`, isMet: cpu.median <= 35 },
      noneFailed(rounds),
    ],
    notes: [
      "Poisson arrivals. True: what the server itself measured, from request read to answer written; reported: from the scheduled start.",
      "CPU of all threads in the middle of the run, read from /proc.",
    ],
    ...foreignOf(results),
  };
}

async function runPace(bench) {
  const { nginx } = bench;
  const seconds = Math.max(LEAST_PACE_SECONDS, bench.seconds);
  const contender = (rate) => () =>
    runPlimsoll({ ...bench, spec: specOf(nginx.url, { rate, for: `${seconds}s` }), targetPids: nginx.pids });
  const wanted = [
    ["100/s", 3],
    ["1000/s", 10],
  ];
  const results = await interleave(
    new Map(wanted.map(([rate]) => [rate, contender(rate)])),
    bench.rounds,
    bench.onMeasured,
  );
  const cpuPercent = (round) => 100 * round.cpuRatioBetween(2500, 5000);
  return {
    table: {
      head: ["rate", "send lag p50, ms", "p99, ms", "max, ms", `p99 from ${WARM_AFTER_S} s on, ms`, "CPU, % of a core"],
      rows: [...results].map(([rate, rounds]) => [
        rate,
        ...["p50", "p99", "max"].map((name) => showSpread(spreadOf(rounds, (round) => round.sendLagMs[name]))),
        showSpread(spreadOf(rounds, (round) => round.warmLagP99Ms)),
        showSpread(spreadOf(rounds, cpuPercent)),
      ]),
    },
    targets: [
      ...wanted.flatMap(([rate, most]) => {
        const lag = spreadOf(results.get(rate), (round) => round.sendLagMs.p99);
        const cpu = spreadOf(results.get(rate), cpuPercent);
        return [
          {
            what: `${rate}: send lag p99`,
            limit: "≤ 0.5 ms",
            measured: `${showSpread(lag)} ms`,
            isMet: lag.median <= 0.5,
          },
          {
            what: `${rate}: CPU`,
            limit: `≤ ${most} % of a core`,
            measured: `${showSpread(cpu)} %`,
            isMet: cpu.median <= most,
          },
        ];
      }),
      noneFailed(...results.values()),
    ],
    notes: [
      "Poisson arrivals against nginx; CPU of all threads in the middle of the run, read from /proc.",
      "All threads share one core here: what compiles in the first seconds, and what is counted once a second, makes requests wait.",
    ],
    ...foreignOf(results),
  };
}

async function runMemory(bench) {
  const { nginx } = bench;
  const profiles = [
    ["1,000 users", 120, { users: 1000, spawn: "1000/s", think: "1s", for: "6s" }],
    ["10,000 connections", 250, { users: 10_000, spawn: "4000/s", think: "2s", for: "8s" }],
  ];
  const results = await interleave(
    new Map(
      profiles.map(([name, , profile]) => [
        name,
        () => runPlimsoll({ ...bench, spec: specOf(nginx.url, profile), targetPids: nginx.pids }),
      ]),
    ),
    bench.rounds,
    bench.onMeasured,
  );
  const measures = ["mostSockets", "loadRssMiB", "peakRssMiB", "steadyPerSec", "failed"];
  return {
    table: {
      head: [
        "load",
        "sockets open",
        "RSS under load, MiB",
        "peak of the process, reports included, MiB",
        "requests/s",
        "failed",
      ],
      rows: [...results].map(([name, rounds]) => [
        name,
        ...measures.map((measure) => showSpread(spreadOf(rounds, (round) => round[measure]))),
      ]),
    },
    targets: [
      ...profiles.map(([name, mostMb]) => {
        const megabytes = spreadOf(results.get(name), (round) => (round.loadRssMiB * 2 ** 20) / 1e6);
        return {
          what: name,
          limit: `≤ ${mostMb} MB`,
          measured: `${showSpread(megabytes)} MB`,
          isMet: megabytes.median <= mostMb,
        };
      }),
      noneFailed(...results.values()),
    ],
    notes: [
      "Resident memory of the whole process, highest of any second, by the journal; the peak is the kernel's VmHWM.",
    ],
    ...foreignOf(results),
  };
}

async function runThreads(bench) {
  const candidate = await prepareNullCandidate();
  const inProcess = await byThreads(
    { ...bench, candidate },
    { url: bench.nginx.url, pids: bench.nginx.pids, core: ALL_CORES },
  );
  const sockets = availableParallelism() < 4 ? undefined : await overSockets(bench);
  const perSec = (round) => round.steadyPerSec;
  const rowsOf = (where, results) =>
    [...results].map(([name, rounds]) => [
      `${name}, ${where}`,
      showSpread(spreadOf(rounds, perSec)),
      showSpread(spreadOf(rounds, (round) => round.steadyCpuUs)),
    ]);
  const targetOf = (what, results) => {
    const gain = ratioOf(results.get("2 threads"), results.get("1 thread"), perSec);
    return { what, limit: "≥ 1.7", measured: showSpread(gain), isMet: gain.median >= 1.7 };
  };
  return {
    table: {
      head: ["load threads", "requests/s", "engine CPU µs per request"],
      rows: [...rowsOf("null transport", inProcess), ...(sockets === undefined ? [] : rowsOf("sockets", sockets))],
    },
    targets: [
      targetOf("2 threads ÷ 1", inProcess),
      sockets === undefined
        ? notMeasured("2 threads ÷ 1 over sockets", "≥ 1.7 on four cores", `${availableParallelism()} cores here`)
        : targetOf("2 threads ÷ 1 over sockets", sockets),
    ],
    notes: [
      "Null transport: it answers at the event loop's next turn, so that what remains is the engine. All cores are free for it.",
      "Sockets: two cores for the threads, two for the target; not measured on fewer.",
    ],
    ...foreignOf(inProcess, sockets ?? new Map()),
  };
}

/** Two threads on two cores against two processes of the target on two others. */
async function overSockets(bench) {
  const target = await startNginx(bench.folder, ["1", "3"]);
  try {
    return await byThreads(bench, { ...target, core: "0,2" });
  } finally {
    await target.stop();
  }
}

function byThreads(bench, { url, pids, core }) {
  const spec = specOf(url, { ...NO_THINK, for: "4s" });
  const contender = (threads) => () => runPlimsoll({ ...bench, spec, targetPids: pids, threads, core });
  return interleave(
    new Map([
      ["1 thread", contender(1)],
      ["2 threads", contender(2)],
    ]),
    bench.rounds,
    bench.onMeasured,
  );
}

async function runTls(whole) {
  const bench = { ...whole, seconds: Math.min(3, whole.seconds) };
  const contenders = closedContenders(bench, bench.nginx.tlsUrl, presentPeers(["wrk", "oha"]));
  const results = await interleave(contenders, bench.rounds, bench.onMeasured);
  return {
    table: closedTable(results),
    targets: [{ what: "CPU per request under TLS 1.3", limit: "stated", ...statedCpu(results.get("plimsoll")) }],
    notes: [],
    ...foreignOf(results),
  };
}

async function runHttp2(whole) {
  const { nginx, ...bench } = { ...whole, seconds: Math.min(3, whole.seconds) };
  const spec = specOf(nginx.tlsUrl, { ...NO_THINK, for: `${bench.seconds}s` });
  const run = (flags) => () => runPlimsoll({ ...bench, spec, flags, targetPids: nginx.pids });
  const contenders = new Map([
    ["plimsoll", run(["--http2"])],
    ["plimsoll, HTTP/1.1", run([])],
  ]);
  const results = await interleave(contenders, bench.rounds, bench.onMeasured);
  return {
    table: closedTable(results),
    targets: [{ what: "CPU per request over HTTP/2", limit: "stated", ...statedCpu(results.get("plimsoll")) }],
    notes: ["Frames, HPACK and flow control are `node:http2`'s."],
    ...foreignOf(results),
  };
}

function statedCpu(rounds) {
  return { measured: `${showSpread(spreadOf(rounds, cpuUsPerRequest))} µs`, isMet: undefined };
}

/** Figures of requests that failed are figures of nothing. */
function noneFailed(...contenders) {
  const failed = contenders.flat().reduce((sum, round) => sum + round.failed, 0);
  return { what: "failed or dropped", limit: "none", measured: showNumber(failed), isMet: failed === 0 };
}

/** The most that strangers took in any round, in cores. */
function foreignOf(...measured) {
  const rounds = measured.flatMap((results) => [...results.values()].flat());
  return { foreignRatio: Math.max(...rounds.map((round) => round.foreignRatio)) };
}
