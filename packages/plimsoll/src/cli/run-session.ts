/**
 * One run from a spec to files and a judged model: what `run` and `demo` share.
 * Order: guard, limits of this machine, readiness, journal, load, verdict, files; nothing of an earlier run is touched before the target is ready.
 */
import { createHash, randomBytes, randomInt } from "node:crypto";
import type { RunStats } from "../analysis/run-stats.ts";
import type { ExitCode } from "../base/exit-codes.ts";
import type { ConnectionCap } from "../engine/engine-context.ts";
import type { EarlierRun, PhaseSource } from "../fleet/coordinator.ts";
import { OWN_CLIENT, type TransportChoice } from "../fleet/open-transport.ts";
import { describePlan } from "../fleet/plan-record.ts";
import { plannedPhases } from "../fleet/planned-phases.ts";
import { defaultThreadCount, type RawRows, type RunControl, runSpec } from "../fleet/run-spec.ts";
import { createJournal, type Journal, lockResults, readBootId } from "../records/journal-file.ts";
import { type HeaderRecord, JOURNAL_FORMAT, type PlannedSearch, type PlanRecord } from "../records/record.ts";
import type { ReportModel } from "../report/report-model.ts";
import { renderTerminalSummary } from "../report/terminal-summary.ts";
import { redact, referencedNames, secretValues } from "../spec/secrets.ts";
import type { Spec } from "../spec/spec.ts";
import { abortWatchOf } from "./abort-watch.ts";
import type { Console } from "./console.ts";
import { describeEnvironment } from "./environment.ts";
import { displayTarget, journalSpec } from "./journal-spec.ts";
import { lastResort } from "./last-resort.ts";
import { connectionCapHere, type Plans, warnOfLimits, warnOfThresholds } from "./limit-warnings.ts";
import { wireOf } from "./load-limits.ts";
import { watchTarget } from "./observe/watch-target.ts";
import { type GivenOrder, listenForOrders, type OrdersListener } from "./orders-listener.ts";
import { proxyFor, proxySecrets } from "./proxy.ts";
import { judgeStats } from "./read-model.ts";
import { waitUntilReady } from "./readiness.ts";
import { loadReportUi, renderResultFiles } from "./report-files.ts";
import { makeRoomForRun, writeFiles } from "./results-folder.ts";
import { RunRecorder } from "./run-recorder.ts";
import { type RunWatch, together } from "./run-watch.ts";
import { watchSignals } from "./signals.ts";
import { admitTarget } from "./target.ts";
import { VERSION } from "./version.ts";

export interface SessionOptions {
  readonly spec: Spec;
  readonly outDir: string;
  readonly seed: number | undefined;
  readonly threads: number | undefined;
  readonly isAuthorised: boolean;
  /** The client that sends; our own when not given. */
  readonly transport?: TransportChoice["kind"] | undefined;
  /** The command to run it again, without its seed. */
  readonly command: string;
  /** The same to run it as it went, when its load was changed by hand; only of what takes such changes. */
  readonly replayCommand?: string;
  readonly console: Console;
  readonly watch: RunWatch;
  /** Phases that are decided on as the run goes, instead of the spec's profiles. */
  readonly course?: SessionCourse;
  /** Rows of single requests, and where they go. */
  readonly raw?: RawRows | undefined;
}

export interface SessionCourse {
  /** Only of `find`: what is searched. */
  readonly search?: PlannedSearch;
  /** From what the run has measured so far. */
  readonly phases: (seed: number, stats: () => RunStats) => PhaseSource;
  /** What an interrupted run had measured, to go on with. */
  readonly earlier?: EarlierRun | undefined;
}

export interface SessionResult {
  readonly model: ReportModel;
  readonly exitCode: ExitCode;
  readonly fileNames: readonly string[];
  /** Where an earlier run in the folder went. */
  readonly movedTo: string | undefined;
}

/** Tells the target's operator who is asking. */
const USER_AGENT = `Plimsoll/${VERSION} (load test)`;
const MAX_SEED = 2 ** 32;

/** @throws TARGET_REFUSED GENERATOR_LIMIT TARGET_NOT_READY RESULT_LOCKED RESULT_UNWRITABLE JOURNAL_WRITE_FAILED WORKER_LOST */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { spec, outDir, isAuthorised } = options;
  const { references, target, transport, secrets } = await approach(options);
  const threads = options.threads ?? defaultThreadCount();
  const areSocketsShared = transport.kind === "http2";
  const wire = wireOf(transport.kind, spec.target.startsWith("https:"));
  const plans: Plans = { spec, wire, addressCount: target.addresses.length, threads, areSocketsShared };
  const warnings = warnOfLimits(plans, options.console);
  if (options.course === undefined) warnOfThresholds(spec, options.console);
  const clear = (text: string) => redact(text, secrets);
  lastResort.hide(clear);
  const observing = await watchTarget({ spec, isAuthorised, references, userAgent: USER_AGENT, redact: clear });
  await waitUntilReady(
    { spec, target, transport, console: options.console, redact: clear },
    { resolve: (name) => references[name], userAgent: USER_AGENT },
  );
  const { journal, recorder, plan, movedTo, watch, orders } = await openSession({
    ...options,
    watch: together(options.watch, observing),
  });
  const { course } = options;
  const phases = course?.phases(plan.seed, () => recorder.stats());
  const earlier = course?.earlier;
  const load: SessionLoad = {
    ...{ spec, plan, target, transport, references, secrets, userAgent: USER_AGENT, recorder },
    ...(phases === undefined ? {} : { phases }),
    ...(earlier === undefined ? {} : { earlier }),
    raw: options.raw,
    connectionCap: connectionCapHere(plans),
  };
  const kept = `\`plimsoll report ${outDir}\` shows what was measured until then.`;
  const isSaved = lastResort.hold({ leave: () => watch.stop(), save: () => journal.close(), kept });
  let model: ReportModel;
  try {
    await recorder.appendDurable(plan);
    for (const record of earlier?.records ?? []) recorder.append(record);
    for (const warning of warnings) recorder.append(warning);
    await underSignals(load, watch);
    model = judgeStats(recorder.stats());
    await recorder.appendDurable(verdictRecord(model));
  } catch (error) {
    // What can no longer be written can still be read here.
    if (journal.failure !== undefined) options.console.note(terminalSummaryOf(recorder, options.console));
    throw error;
  } finally {
    // A write that failed has already been thrown by what waited for it.
    await journal.close().catch(() => {});
    isSaved();
    await orders?.close();
  }
  const files = renderResultFiles(model, await loadReportUi());
  await writeFiles(outDir, files);
  return { model, exitCode: model.judgement.exitCode, fileNames: [...files.keys(), "run.plj"], movedTo };
}

type Approach = Pick<SessionOptions, "spec" | "isAuthorised" | "transport">;

/** Waits for a target as its run would, without running: for who has several. @throws TARGET_REFUSED TARGET_NOT_READY */
export async function awaitTarget(options: Approach & Pick<SessionOptions, "console">): Promise<void> {
  const { spec, console } = options;
  const { references, target, transport, secrets } = await approach(options);
  await waitUntilReady(
    { spec, target, transport, console, redact: (text) => redact(text, secrets) },
    { resolve: (name) => references[name], userAgent: USER_AGENT },
  );
}

/** The target past the guard, the way to it, and what goes to it that must not be told. */
async function approach({ spec, isAuthorised, transport: chosen }: Approach) {
  const target = await admitTarget(spec, isAuthorised);
  const { kind } = chosen === undefined ? OWN_CLIENT : { kind: chosen };
  const proxyUrl = kind === "undici" ? proxyFor(target, process.env) : undefined;
  const transport: TransportChoice = kind === "undici" ? { kind, proxyUrl } : { kind };
  const secrets = [...secretValues(spec, process.env), ...proxySecrets(proxyUrl)];
  return { references: readReferences(spec), target, transport, secrets };
}

interface OpenSession {
  readonly journal: Journal;
  readonly recorder: RunRecorder;
  readonly plan: PlanRecord;
  readonly movedTo: string | undefined;
  readonly watch: RunWatch;
  readonly orders: OrdersListener | undefined;
}

/** Takes the folder, moves what was there, and begins the journal; a journal that fails later stops the load. */
async function openSession(options: SessionOptions): Promise<OpenSession> {
  const { outDir } = options;
  const orders = await listenForOrders((order) => obey(order, control));
  const lock = await lockResults(outDir, orders?.path).catch(async (error: unknown) => {
    await orders?.close();
    throw error;
  });
  const movedTo = await makeRoomForRun(outDir).catch(async (error: unknown) => {
    await Promise.all([lock.release(), orders?.close()]);
    throw error;
  });
  const plan = planOf(options);
  const header = headerOf(plan, await readBootId());
  let control: RunControl | undefined;
  const journal = await createJournal(outDir, header, {
    lock,
    onFailure: ({ code, message }) => {
      recorder.note({ k: "ev", code, level: "error", atMs: control?.nowMs() ?? 0, message });
      control?.stop({ reason: "aborted" });
    },
  });
  const recorder = new RunRecorder(journal, header);
  const watch: RunWatch = {
    ...options.watch,
    start: (facts) => {
      control = facts.control;
      options.watch.start(facts);
    },
  };
  return { journal, recorder, plan, movedTo, watch, orders };
}

/** @returns why it cannot be, or undefined once it is done */
function obey({ order, who }: GivenOrder, control: RunControl | undefined): string | undefined {
  if (control === undefined) return "the load has not begun yet";
  if (order !== "stop") return control.steer(order, who);
  control.stop({ reason: "interrupted", signal: who });
  return undefined;
}

function terminalSummaryOf(recorder: RunRecorder, console: Console): string {
  return renderTerminalSummary(judgeStats(recorder.stats()), { width: console.columns, colour: console.hasColour });
}

interface SessionLoad {
  readonly spec: Spec;
  readonly plan: PlanRecord;
  readonly target: Awaited<ReturnType<typeof admitTarget>>;
  readonly transport: TransportChoice;
  readonly references: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly userAgent: string;
  readonly recorder: RunRecorder;
  readonly phases?: PhaseSource;
  readonly earlier?: EarlierRun;
  readonly raw: RawRows | undefined;
  readonly connectionCap: ConnectionCap;
}

async function underSignals(load: SessionLoad, watch: RunWatch): Promise<void> {
  let control: RunControl | undefined;
  let early: string | undefined;
  const signals = watchSignals((signal, isSecond) => {
    early = signal;
    control?.stop({ reason: "interrupted", signal }, isSecond ? 0 : undefined);
  });
  try {
    await runSpec({
      ...load,
      phases: load.phases ?? plannedPhases(load.spec.profiles, abortWatchOf(load.plan, load.spec.thresholds)),
      threadUrl: new URL("./load-thread.js", import.meta.url),
      sink: load.recorder,
      onStart: (run) => {
        control = run;
        const { plan, recorder } = load;
        watch.start({ plan, control: run, stats: () => recorder.stats(), tell: (record) => recorder.tell(record) });
        // A signal that came while the threads were starting.
        if (early !== undefined) run.stop({ reason: "interrupted", signal: early });
      },
    });
  } finally {
    watch.stop();
    signals.stop();
  }
}

function planOf({ spec, seed, threads, command, replayCommand, course }: SessionOptions): PlanRecord {
  const chosenSeed = seed ?? randomInt(MAX_SEED);
  return describePlan({
    spec: { ...spec, target: displayTarget(spec.target) },
    seed: chosenSeed,
    threads: threads ?? defaultThreadCount(),
    command: `${command} --seed ${chosenSeed}`,
    replayCommand: replayCommand === undefined ? undefined : `${replayCommand} --seed ${chosenSeed}`,
    environment: describeEnvironment(process.env),
    specJson: journalSpec(spec, secretValues(spec, process.env)),
    search: course?.search,
  });
}

function headerOf(plan: PlanRecord, bootId: string): HeaderRecord {
  const wall = new Date().toISOString();
  return {
    k: "hdr",
    fmt: JOURNAL_FORMAT,
    run: `${wall.slice(0, 10)}-${randomBytes(4).toString("hex")}`,
    version: VERSION,
    node: process.version,
    planSha256: createHash("sha256").update(JSON.stringify(plan)).digest("hex"),
    bootId,
    wall,
    mono: String(process.hrtime.bigint()),
  };
}

function verdictRecord({ judgement }: ReportModel) {
  const { verdict, exitCode, thresholds } = judgement;
  const checks = thresholds.map((check) => ({
    expr: check.expr,
    profile: check.profile,
    task: check.task,
    verdict: check.verdict,
    observed: check.observed?.value ?? null,
  }));
  return { k: "verdict", verdict, exitCode, checks } as const;
}

/** The values that building requests will need; parsing has refused a spec that lacks one. */
function readReferences(spec: Spec): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of referencedNames(spec)) {
    const value = process.env[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}
