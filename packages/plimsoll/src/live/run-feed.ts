import { cpuUsage, kill } from "node:process";
import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { PlimsollError } from "../base/errors.ts";
import { readResultsOwner } from "../records/journal-file.ts";
import type { ReportModel } from "../report/report-model.ts";
import { EventLog, type LoggedEvents, NOTHING_MORE } from "./event-log.ts";
import { FoldPace } from "./fold-pace.ts";
import { JournalTail } from "./journal-tail.ts";
import { liveDocumentOf } from "./live-document.ts";
import type { RunState } from "./live-event.ts";
import { Waiters } from "./waiters.ts";

/** From statistics to a judged model; `isLive`: what the thresholds say so far. The cli knows how thresholds are read. */
export type Judge = (stats: RunStats, isLive: boolean) => ReportModel;

const EVERY_MS = 1_000;
const FILES_WITHIN_MS = 5_000;
const REMOVED_WITHIN_MS = 1_000;

/**
 * One run followed once, for all who watch it: its journal read as it grows, folded, and told as events. Costs nothing
 * more for a second viewer. Owns the tail of the journal until `close`.
 */
export class RunFeed {
  readonly #id: string;
  readonly #dir: string;
  readonly #judge: Judge;
  readonly #tail: JournalTail;
  readonly #log = new EventLog();
  readonly #waiters = new Waiters();
  #state = runFold.init();
  #lastN = -1;
  #hasPlan = false;
  #hasStarted = false;
  #hasVerdict = false;
  readonly #pace = new FoldPace();
  /** Of the run's process, once it was seen alive. */
  #pid: number | undefined;
  #model: ReportModel | undefined;
  #failure: unknown;
  #isClosed = false;
  readonly #done: Promise<void>;

  constructor(id: string, dir: string, judge: Judge) {
    this.#id = id;
    this.#dir = dir;
    this.#judge = judge;
    this.#tail = new JournalTail(dir);
    this.#done = this.#follow().catch((error: unknown) => {
      this.#failure = error;
      this.#waiters.wakeAll();
    });
  }

  get isEnded(): boolean {
    return this.#log.isEnded || this.#failure !== undefined;
  }

  /** The run as it was judged last; undefined before its plan was read. */
  get model(): ReportModel | undefined {
    return this.#model;
  }

  /** What a viewer lacks whose last event was `n`. @throws RESULT_UNREADABLE when the journal cannot be followed */
  since(n: number | undefined): LoggedEvents | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isClosed) return NOTHING_MORE;
    return this.#log.since(n);
  }

  /** Resolves to true when `since` may have something new, to false after `withinMs` without. */
  async news(withinMs: number): Promise<boolean> {
    if (this.isEnded || this.#isClosed) return true;
    return this.#waiters.wait(withinMs);
  }

  /** The whole document, once there is one. @throws RESULT_UNREADABLE */
  async document() {
    while (this.#log.document === undefined && this.#failure === undefined && !this.#isClosed)
      await this.news(EVERY_MS);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#log.document;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiters.wakeAll();
    await this.#tail.close();
    await this.#done;
  }

  async #follow(): Promise<void> {
    while (!this.#isClosed) {
      // Asked before reading: what a run wrote before it let go is then read for sure.
      const owner = await readResultsOwner(this.#dir);
      const hasNews = await this.#readAll();
      if (this.#hasVerdict || owner === undefined) {
        if (this.#hasVerdict) await this.#filesWritten();
        return this.#end(!this.#hasVerdict && (await this.#isRemoved()));
      }
      this.#pid = owner.pid;
      const now = performance.now();
      if (this.#hasPlan && now >= this.#pace.nextAtMs && (hasNews || this.#log.n < this.#lastN)) this.#fold();
      await (this.#log.n < this.#lastN ? pause(Math.min(EVERY_MS, this.#pace.nextAtMs - now)) : this.#tail.news());
    }
  }

  /** A run writes its files after its verdict, and then ends: who is told of the end should find them. */
  async #filesWritten(): Promise<void> {
    const byMs = performance.now() + FILES_WITHIN_MS;
    while (this.#pid !== undefined && !this.#isClosed && performance.now() < byMs && isThere(this.#pid))
      await pause(50);
  }

  /** The lock may be taken away a moment before the journal; a run that was killed is not waited for. */
  async #isRemoved(): Promise<boolean> {
    const byMs = performance.now() + REMOVED_WITHIN_MS;
    for (;;) {
      if (await this.#tail.isRemoved()) return true;
      if (this.#isClosed || this.#pid === undefined || !isThere(this.#pid) || performance.now() > byMs) return false;
      await pause(50);
    }
  }

  async #readAll(): Promise<boolean> {
    const before = this.#lastN;
    for (let records = await this.#tail.read(); records.length > 0; records = await this.#tail.read()) {
      for (const record of records) {
        this.#state = runFold.step(this.#state, record);
        this.#lastN = record.n;
        if (record.k === "plan") this.#hasPlan = true;
        if (record.k === "phase") this.#hasStarted = true;
        if (record.k === "verdict") this.#hasVerdict = true;
      }
      if (this.#isClosed) break;
    }
    return this.#lastN > before;
  }

  #fold(): void {
    const startedAtMs = performance.now();
    const before = cpuUsage();
    this.#model = this.#judge(runFold.done(this.#state), true);
    this.#log.add(this.#lastN, this.#documentAs(this.#model, this.#hasStarted ? "running" : "starting"));
    const { user, system } = cpuUsage(before);
    this.#pace.note(startedAtMs, (user + system) / 1000);
    this.#waiters.wakeAll();
  }

  #end(isRemoved: boolean): void {
    if (this.#lastN < 0) throw new PlimsollError("RESULT_UNREADABLE", `${this.#id}: no record of its journal is valid`);
    this.#model = this.#judge(runFold.done(this.#state), false);
    const { end } = this.#model.stats;
    const isLost = !this.#hasVerdict && end.kind === "interrupted" && end.signal === undefined;
    const state = isRemoved ? "removed" : isLost ? "lost" : "ended";
    this.#log.finish(this.#lastN, this.#documentAs(this.#model, state));
    this.#waiters.wakeAll();
  }

  #documentAs(model: ReportModel, state: RunState) {
    return liveDocumentOf(model, { id: this.#id, state });
  }
}

function isThere(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
