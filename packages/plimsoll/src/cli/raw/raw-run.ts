import { PlimsollError } from "../../base/errors.ts";
import { parseRatio } from "../../base/quantity.ts";
import type { RawRows } from "../../fleet/run-spec.ts";
import { requestNamesOf } from "../../plan/compiled-task.ts";
import { EVENT_CODES } from "../../records/event-codes.ts";
import { csvRow, csvText } from "../../report/csv-text.ts";
import type { Spec } from "../../spec/spec.ts";
import type { Console } from "../console.ts";
import type { RunningFacts, RunWatch } from "../run-watch.ts";
import { createRawFile, type RawFile } from "./raw-file.ts";

/** `--raw` and what belongs to it. */
export interface RawFlags {
  readonly raw?: string;
  readonly rawSample?: string;
}

/** A run whose requests are written to a file one by one. */
export interface RawRun {
  readonly rows: RawRows;
  /** Tells the journal of rows that were dropped. */
  readonly watch: RunWatch;
  /** Writes what is left and says what came of it. */
  readonly close: () => Promise<void>;
}

/** Undefined where no rows are asked for. @throws USAGE */
export async function openRawRun(flags: RawFlags, spec: Spec, console: Console): Promise<RawRun | undefined> {
  const { raw: path } = flags;
  const sampleRatio = readSample(flags.rawSample);
  if (path === undefined) {
    if (flags.rawSample === undefined) return undefined;
    throw new PlimsollError("USAGE", "--raw-sample without --raw", { hint: "Give the file: --raw rows.csv." });
  }
  const { file, remove } = await createRawFile(path);
  let facts: RunningFacts | undefined;
  let hasTold = false;
  const onBatch: RawRows["onBatch"] = (batch) => {
    file.add(batch);
    if (file.droppedCount === 0 || hasTold) return;
    hasTold = true;
    const message = `Rows of single requests were dropped: ${whyDropped(file)}; the run itself counts all of them.`;
    const atMs = facts?.control.nowMs() ?? 0;
    facts?.tell({ k: "ev", code: EVENT_CODES.rawDropped, level: "warning", atMs, message });
  };
  return {
    rows: { sampleRatio, taskFields: requestNamesOf(spec).map((name) => csvRow([csvText(name)]).trimEnd()), onBatch },
    watch: {
      start: (running) => {
        facts = running;
      },
      stop: () => {},
    },
    close: async () => {
      await file.close();
      if (facts === undefined) await remove();
      else console.note(outcomeOf(file, path));
    },
  };
}

function outcomeOf(file: RawFile, path: string): string {
  const written = file.failure === undefined ? `${file.rowCount} rows in ${path}` : `${path} is not whole`;
  return `${written}${file.droppedCount === 0 ? "" : `; ${file.droppedCount} rows dropped: ${whyDropped(file)}`}\n`;
}

function whyDropped({ failure }: RawFile): string {
  if (failure === undefined) return "they came faster than the disk took them";
  return failure instanceof Error ? failure.message : String(failure);
}

/** `1/10`, `10%` or `0.1`: the share of the requests. @throws USAGE */
function readSample(text: string | undefined): number {
  if (text === undefined) return 1;
  const fraction = /^(\d+)\s*\/\s*(\d+)$/.exec(text.trim());
  const ratio = fraction === null ? parseRatio(text) : Number(fraction[1]) / Number(fraction[2]);
  if (ratio !== undefined && ratio > 0 && ratio <= 1) return ratio;
  throw new PlimsollError("USAGE", `--raw-sample takes a share such as 1/10 or 5%, not "${text}"`);
}
