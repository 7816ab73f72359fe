/**
 * What single parts cost, ns per operation, so that a regression is found where it is. Held against budgets.json,
 * which allows twice what was measured when it was written, scaled by how fast this machine is.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { build } from "esbuild";
import { median, showNumber } from "./rounds.mjs";
import { REQUEST_BODY, RESPONSE_BODY } from "./target.mjs";

const BUDGETS = join(import.meta.dirname, "budgets.json");
const SAMPLE_MS = 10;
const SAMPLES = 40;
const WARM_UP_MS = 250;
const ALLOWANCE = 2;

/** Measures every part; with `isChecked` held against the budgets, with `isBudgetSet` the budgets are written anew. */
export async function runMicro({ isChecked, isBudgetSet }) {
  process.stderr.write("micro: what single parts cost\n");
  const startMs = performance.now();
  const parts = partsOf(await loadSource());
  const spinNs = measure(spin).median;
  const measured = Object.entries(parts).map(([name, operate]) => ({ name, ...measure(operate) }));
  if (isBudgetSet) writeBudgets(spinNs, measured);
  const { spinNs: spinThenNs, nsPerOperation } = JSON.parse(readFileSync(BUDGETS, "utf8"));
  const scale = Math.max(1, spinNs / spinThenNs);
  const judged = measured.map((part) => ({ ...part, budgetNs: (nsPerOperation[part.name] ?? 0) * scale }));
  const over = judged.filter((part) => part.median > part.budgetNs);
  const row = {
    name: "micro",
    title: "What single parts cost",
    result: {
      table: {
        head: ["part", "ns per operation", "p10–p90", "budget"],
        rows: judged.map((part) => [
          part.name,
          showNumber(part.median),
          `${showNumber(part.low)}–${showNumber(part.high)}`,
          showNumber(part.budgetNs),
        ]),
      },
      targets: [
        {
          what: "every part within bench/budgets.json",
          limit: "none over",
          measured:
            over.length === 0 ? `all ${judged.length} within` : `over: ${over.map(({ name }) => name).join(", ")}`,
          isMet: over.length === 0,
        },
      ],
      notes: [`One thread, warm; ${SAMPLES} samples of about ${SAMPLE_MS} ms each; medians.`],
      foreignRatio: undefined,
    },
    seconds: Math.round((performance.now() - startMs) / 1000),
  };
  return { row, isOver: isChecked && over.length > 0 };
}

function writeBudgets(spinNs, measured) {
  const nsPerOperation = Object.fromEntries(
    measured.map((part) => [part.name, Number((ALLOWANCE * part.median).toPrecision(2))]),
  );
  const text = JSON.stringify({ spinNs: Number(spinNs.toPrecision(3)), nsPerOperation }, null, 2);
  writeFileSync(BUDGETS, `${text}\n`);
}

/** `operate(count)` does the thing that many times. */
function measure(operate) {
  let count = 1;
  const timeOf = () => {
    const startMs = performance.now();
    operate(count);
    return performance.now() - startMs;
  };
  for (const startMs = performance.now(); performance.now() - startMs < WARM_UP_MS; )
    if (timeOf() < SAMPLE_MS / 2) count *= 2;
  const ns = Array.from({ length: SAMPLES }, () => (timeOf() * 1e6) / count).sort((a, b) => a - b);
  return { median: median(ns), low: ns[Math.floor(0.1 * SAMPLES)], high: ns[Math.floor(0.9 * SAMPLES)] };
}

/** A thousand steps of integer arithmetic: how fast this machine is. */
function spin(count) {
  let x = 1;
  for (let i = 0; i < 1000 * count; i++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  return keep(x);
}

let kept;
/** So that no result can be left out as unused. */
function keep(value) {
  kept = value;
  return kept;
}

async function loadSource() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { Random } from "./base/random.ts";
        export { Agenda } from "./engine/agenda.ts";
        export { Recorder } from "./engine/recorder.ts";
        export { ArrivalCursor } from "./plan/arrivals.ts";
        export { compileTasks } from "./plan/compiled-task.ts";
        export { LatencyHistogram, mergeBuckets } from "./records/latency-histogram.ts";
        export { encodeLine } from "./records/line-codec.ts";
        export { parseSpec } from "./spec/parse-spec.ts";
        export { HeadMemory } from "./transport/http1/head-memory.ts";
        export { ResponseParser } from "./transport/http1/response-parser.ts";`,
      resolveDir: join(import.meta.dirname, "../packages/plimsoll/src"),
      loader: "ts",
    },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20.19",
    external: ["esbuild", "undici"],
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("file:///");' },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

/** The parts by name, each a function that does it `count` times. */
function partsOf(source) {
  const { Random } = source;
  const random = new Random(7);
  const latenciesUs = Float64Array.from({ length: 4096 }, () => 1000 * Math.exp(random.nextNormal() / 2));
  const compiled = compileTask(source);
  return {
    ...parserParts(source),
    ...histogramParts(source, latenciesUs),
    "schedule: next Poisson arrival": scheduleOf(source),
    "agenda: push and pop among 1,000": agendaOf(source, latenciesUs),
    "random: reseed": (count) => {
      for (let i = 0; i < count; i++) random.reseed(7, 2, i, 0);
    },
    "template: 115 B body with two draws": (count) => {
      const context = { random, sequence: 0, captured: new Map(), wallNowMs: Date.now };
      for (let i = 0; i < count; i++) keep(compiled.template.render(context));
    },
    "expectation: JSON of 4.9 KB": (count) => {
      const body = Buffer.from(RESPONSE_BODY);
      const view = { status: 200, header: () => undefined, body, isBodyChecked: true, responseMs: 1 };
      for (let i = 0; i < count; i++) keep(compiled.expectation.check(view));
    },
    ...recorderParts(source, latenciesUs),
  };
}

function parserParts({ HeadMemory, ResponseParser }) {
  const head = [
    "HTTP/1.1 200 OK",
    "server: nginx/1.22.1",
    "date: Tue, 24 Nov 2026 10:00:00 GMT",
    "content-type: application/json",
  ];
  const sized = Buffer.from([...head, `content-length: ${RESPONSE_BODY.length}`, "", RESPONSE_BODY].join("\r\n"));
  const pieces = [RESPONSE_BODY.slice(0, 2400), RESPONSE_BODY.slice(2400)].map(
    (piece) => `${piece.length.toString(16)}\r\n${piece}`,
  );
  const chunked = Buffer.from([...head, "transfer-encoding: chunked", "", ...pieces, "0", "", ""].join("\r\n"));
  const request = { method: "POST", wantsBody: false, wantsHeaders: false };
  const readWhole = (bytes, memory) => (count) => {
    const parser = new ResponseParser({ maxHeaderBytes: 65_536, maxBodyBytes: 1 << 20 }, memory);
    for (let i = 0; i < count; i++) {
      parser.start(request);
      if (parser.feed(bytes, bytes.length) !== "done") throw new Error("the parser does not take its example");
    }
  };
  return {
    "parser: 4.9 KB in one read": readWhole(sized),
    "parser: 4.9 KB, the head as before": readWhole(sized, new HeadMemory()),
    "parser: 4.9 KB chunked": readWhole(chunked),
  };
}

function histogramParts({ LatencyHistogram, mergeBuckets }, latenciesUs) {
  const histogram = new LatencyHistogram();
  const bucketsOf = (from) => {
    for (const us of latenciesUs.subarray(from, from + 2048)) histogram.recordUs(us);
    return histogram.drain();
  };
  const [left, right] = [bucketsOf(0), bucketsOf(2048)];
  return {
    "histogram: record": (count) => {
      for (let i = 0; i < count; i++) histogram.recordUs(latenciesUs[i & 4095]);
    },
    [`histogram: merge of ${left.length} and ${right.length} buckets`]: (count) => {
      for (let i = 0; i < count; i++) keep(mergeBuckets(left, right));
    },
  };
}

function scheduleOf({ ArrivalCursor }) {
  const forever = { durationMs: 1e15, fromPerSec: 1000, toPerSec: 1000 };
  const phase = { seed: 7, index: 0, slice: { index: 0, count: 1 } };
  const cursor = new ArrivalCursor({ arrivals: "poisson", stages: [forever] }, phase);
  return (count) => {
    for (let i = 0; i < count; i++) cursor.advance();
    keep(cursor.dueMs);
  };
}

function agendaOf({ Agenda }, latenciesUs) {
  const agenda = new Agenda();
  for (let i = 0; i < 1000; i++) agenda.push(latenciesUs[i], i);
  return (count) => {
    for (let i = 0; i < count; i++) {
      const dueMs = agenda.nextDueMs;
      agenda.push(dueMs + latenciesUs[i & 4095], agenda.pop());
    }
  };
}

function recorderParts({ Recorder, encodeLine }, latenciesUs) {
  const recorder = new Recorder(["embed", "embed_seeded"], [500]);
  const at = { phase: 0, sec: 0, users: 100 };
  const gen = { loopDelayP99Ms: 1.5, loopDelayMaxMs: 2.5, utilisationRatio: 0.9, cpuRatio: 0.95, rssBytes: 8e7 };
  const record = (count) => {
    for (let i = 0; i < count; i++) {
      const task = recorder.tasks[i & 1];
      const ms = latenciesUs[i & 4095] / 1000;
      task.sent();
      recorder.lag(0.01);
      task.completed((i % 10_000) / 10, ms, ms, 4900);
    }
  };
  record(20_000);
  const data = { k: "d", q: null, vec: { local: [0, 0] }, ...recorder.drain(at, gen) };
  return {
    "recorder: one request": record,
    "journal: encode a busy second": (count) => {
      for (let i = 0; i < count; i++) keep(encodeLine(data, i));
    },
  };
}

function compileTask({ compileTasks, parseSpec }) {
  const { texts, ...rest } = JSON.parse(REQUEST_BODY);
  const value = {
    target: "http://127.0.0.1:1",
    data: { sentences: Array.from({ length: 32 }, (_, i) => `${texts[0].slice(0, -2)}${i}`) },
    tasks: {
      embed: {
        post: "/embed",
        json: { ...rest, texts: [{ pick: "sentences" }], n: { integer: [1, 9] } },
        expect: { shape: { "$.embeddings[0]": "array(384)" } },
      },
    },
    profiles: { p: { users: 1, for: "1s" } },
  };
  const context = { env: {}, readFile: () => undefined };
  const spec = parseSpec({ kind: "value", file: "bench", value }, context);
  return compileTasks(spec, { resolve: () => undefined, userAgent: "bench" }).tasks[0].steps[0];
}
