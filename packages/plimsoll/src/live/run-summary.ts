/** What a list needs of a run, without reading the run: the beginning and the end of its journal. */
import { createHash } from "node:crypto";
import { type FileHandle, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { JournalReader } from "../records/journal-reader.ts";
import { decodeLine } from "../records/line-codec.ts";
import type {
  FinishRecord,
  HeaderRecord,
  NumberedRecord,
  PlanRecord,
  StartRecord,
  VerdictRecord,
} from "../records/record.ts";
import { isNumberedRecord } from "../records/record-shape.ts";
import { hasHole } from "./journal-hole.ts";
import type { RunListing } from "./live-event.ts";
import { openPlain } from "./open-plain.ts";

const HEAD_BYTES = 256 * 1024;
/** The plan holds the spec, which may be long; data rows are not in it. */
const MAX_HEAD_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 64 * 1024;
const MAX_SUMMARY_BYTES = 16 * 1024 * 1024;
const JOURNAL_FILE = /^run(\.\d{5,})?\.plj$/;

/** A listing before it is known whether its run goes on. */
export type RunSummary = Omit<RunListing, "id" | "folder" | "state"> & {
  /** Of the journal's header, or made from the folder's path where there is none to read. */
  readonly id: string;
  readonly state: "ended" | "lost" | "unreadable";
};

/** What tells whether a run's files changed: which they are, their sizes and times, which alone are too coarse; undefined when no journal is there. */
export async function stampOf(dir: string): Promise<{ readonly stamp: string; readonly bytes: number } | undefined> {
  const names = (await readdir(dir)).filter((name) => JOURNAL_FILE.test(name) || name === "summary.json");
  const stats = await Promise.all(names.sort().map(async (name) => ({ name, at: await lstat(join(dir, name)) })));
  if (!stats.some(({ name, at }) => name === "run.plj" && at.isFile())) return undefined;
  const stamp = stats.map(({ name, at }) => `${name} ${at.ino} ${at.size} ${at.mtimeMs}`).join("\n");
  return { stamp, bytes: stats.reduce((sum, { name, at }) => sum + (name === "summary.json" ? 0 : at.size), 0) };
}

/** Reads the two ends of the journal in `dir`; `path` is the folder below the listed one. */
export async function readSummary(dir: string, path: string, bytes: number): Promise<RunSummary> {
  const { header, plan, start } = await readHead(join(dir, "run.plj")).catch(() => NOTHING);
  if (header === undefined || plan === undefined) return unreadable(path, header, bytes);
  const files = await journalFiles(dir);
  const { finish, verdict } = await readTail(files).catch((): Tail => ({}));
  const state = finish === undefined && verdict === undefined ? "lost" : "ended";
  // As the run's own page finds it, which reads all of it: no verdict stands on a journal that lost records.
  const isDamaged = state === "ended" && (await hasHole(files, bytes).catch(() => true));
  return {
    id: header.run,
    state,
    kind: plan.search === undefined ? "run" : "search",
    name: plan.name,
    target: plan.target,
    profiles: plan.phases.map(({ name }) => name),
    command: plan.command,
    startedAt: start?.wall ?? header.wall,
    ...(finish === undefined ? {} : { durationMs: finish.atMs }),
    ...(verdict === undefined ? {} : { verdict: verdict.verdict, exitCode: verdict.exitCode }),
    ...(isDamaged ? { verdict: "inconclusive", exitCode: 3, isDamaged } : {}),
    ...(await readCapacity(join(dir, "summary.json")).catch(() => ({}))),
    bytes,
  };
}

interface Head {
  readonly header: HeaderRecord | undefined;
  readonly plan: PlanRecord | undefined;
  readonly start: StartRecord | undefined;
}

const NOTHING: Head = { header: undefined, plan: undefined, start: undefined };

/** What stands at the beginning, once: records of any other kind come after it. */
const HEAD_KINDS: ReadonlySet<string> = new Set(["hdr", "plan", "ev"]);

async function readHead(file: string): Promise<Head> {
  const reader = new JournalReader();
  const records: NumberedRecord[] = [];
  await withFile(file, async (handle) => {
    const chunk = Buffer.alloc(HEAD_BYTES);
    for (let atBytes = 0; atBytes < MAX_HEAD_BYTES && records.every(({ k }) => HEAD_KINDS.has(k)); ) {
      const { bytesRead } = await handle.read(chunk, 0, HEAD_BYTES, atBytes);
      if (bytesRead === 0) break;
      records.push(...reader.push(chunk.subarray(0, bytesRead)));
      atBytes += bytesRead;
    }
  });
  return {
    header: records.find((record) => record.k === "hdr"),
    plan: records.find((record) => record.k === "plan"),
    start: records.find((record) => record.k === "t0"),
  };
}

interface Tail {
  readonly finish?: FinishRecord;
  readonly verdict?: VerdictRecord;
}

/** Their paths, in order. */
async function journalFiles(dir: string): Promise<readonly string[]> {
  const names = (await readdir(dir)).filter((name) => JOURNAL_FILE.test(name));
  return names.sort((a, b) => indexOf(a) - indexOf(b)).map((name) => join(dir, name));
}

/** The end is within the last records of the last file. */
async function readTail(files: readonly string[]): Promise<Tail> {
  return withFile(files.at(-1) ?? "", async (handle) => {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, from);
    const records = linesOf(buffer.subarray(0, bytesRead)).flatMap((line) => {
      const json = decodeLine(line)?.json;
      return isNumberedRecord(json) ? [json] : [];
    });
    const finish = records.findLast((record) => record.k === "fin");
    const verdict = records.findLast((record) => record.k === "verdict");
    return { ...(finish === undefined ? {} : { finish }), ...(verdict === undefined ? {} : { verdict }) };
  });
}

function indexOf(name: string): number {
  return Number(JOURNAL_FILE.exec(name)?.[1]?.slice(1) ?? 0);
}

function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0, at = bytes.indexOf(10); at >= 0; from = at + 1, at = bytes.indexOf(10, from))
    lines.push(bytes.subarray(from, at));
  return lines;
}

async function readCapacity(file: string): Promise<Pick<RunListing, "capacity">> {
  const { by, value, low, high } = await withFile(file, async (handle) => {
    if ((await handle.stat()).size > MAX_SUMMARY_BYTES) return {};
    return JSON.parse(await handle.readFile("utf8")).capacity ?? {};
  });
  if (typeof by !== "string" || typeof value !== "number") return {};
  return {
    capacity: {
      by,
      value,
      ...(typeof low === "number" ? { low } : {}),
      ...(typeof high === "number" ? { high } : {}),
    },
  };
}

async function withFile<T>(path: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await openPlain(path);
  try {
    return await read(handle);
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, header: HeaderRecord | undefined, bytes: number): RunSummary {
  const made = `unreadable-${createHash("sha256").update(path).digest("hex").slice(0, 12)}`;
  return {
    id: header?.run ?? made,
    state: "unreadable",
    kind: "run",
    name: path,
    target: "",
    profiles: [],
    command: "",
    startedAt: header?.wall ?? "",
    bytes,
  };
}
