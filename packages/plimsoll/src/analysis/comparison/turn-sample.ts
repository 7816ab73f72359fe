/** For tests: the journal of one side of a comparison in turns, as a real one would stand on the disk. */

import type { JournalRecord } from "../../records/record.ts";
import { sampleJournal } from "../journal-sample.ts";
import { type SampleProfile, sampleLatencyMs } from "../sample-load.ts";

export interface SampleSide {
  readonly run?: string;
  readonly command?: string;
  readonly seed?: number;
  /** ISO: when load began. */
  readonly wall?: string;
  /** Of every response time. */
  readonly slowdown?: number;
}

const COMMAND = "plimsoll compare http://a/ http://b/ --rate 40/s --seed 7";

/** A phase of 20 s at 40/s each turn; in a spoilt one the generator could not send what it should. */
export function pairJournal(
  turns: readonly ("fit" | "spoilt")[],
  { run = "run-base-01", command = COMMAND, seed = 7, wall, slowdown = 1 }: SampleSide = {},
): readonly JournalRecord[] {
  const pair: SampleProfile = {
    name: "pair",
    ratePerSec: 40,
    durationMs: 20_000,
    answer: ({ random }) => ({ serviceMs: sampleLatencyMs(random, 80 * slowdown, 0.2) }),
  };
  const profiles = turns.map((turn) => (turn === "fit" ? pair : { ...pair, droppedPerSec: 3 }));
  const records = sampleJournal({ seed, profiles });
  const planned = records.flatMap((record) => (record.k === "plan" ? record.phases : []));
  return records.flatMap((record): readonly JournalRecord[] => {
    if (record.k === "hdr") return [{ ...record, run }];
    if (record.k === "plan") return [{ ...record, command, phases: [] }];
    if (record.k === "t0") return [{ ...record, wall: wall ?? record.wall }];
    if (record.k !== "phase" || record.at !== "start") return [record];
    const { phase } = record;
    return [{ k: "step", phase, purpose: "pair", load: 40, planned: planned[phase]! }, record];
  });
}
