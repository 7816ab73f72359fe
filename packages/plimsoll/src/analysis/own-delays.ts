/**
 * When the generator itself stood still or was late. What a target seems to do there is ours: who was due meanwhile is
 * late by it, and all of them leave at once after it, which the target sees as a crowd.
 */
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import { SLOT_MS } from "../records/second.ts";
import type { SlotStats } from "./slot-stats.ts";
import type { Stall } from "./stalls.ts";

/** By due slot, ms: the longest delay of ours that reaches into it. Slots beyond the end had none. */
export type OwnDelays = readonly number[];

export interface OwnDelayEvidence {
  /** Standstills that the run itself noticed. */
  readonly stalls: readonly Stall[];
  readonly seconds: readonly OwnSecond[];
  /** All requests of the phase by due slot. */
  readonly slots: readonly Pick<SlotStats, "due" | "response" | "failedResponse">[];
  /** Of the response times of the whole phase. */
  readonly medianMs: number;
}

interface OwnSecond {
  readonly atMs: number;
  /** The longest that a load thread was blocked. */
  readonly loopDelayMaxMs: number;
  /** Of the requests due in this second; undefined when none was sent. */
  readonly sendLagP99Ms: number | undefined;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const SECOND_MS = 1000;
/** Below this nothing is a delay: timers and a shared machine's scheduler alone cost as much. */
const LEAST_LAG_MS = 5;
const LEAST_BLOCK_MS = 100;
/** Standstills are told to about this. */
const BEAT_MS = 100;
/** A delay of less than this share of what the target seems to have done does not explain it. */
const EXPLAINING_RATIO = 1 / 8;
/** The crowd that leaves after a delay has been served when the median is back below so many times the usual … */
const CROWDED_FACTOR = 2;
/** … or so many delays later: that is what a target needs that is busy for nine tenths of its time. */
const LONGEST_CROWD = 10;

export function ownDelays(evidence: OwnDelayEvidence): OwnDelays {
  const found: number[] = [];
  const isCrowded = crowdIn(evidence);
  for (const { fromMs, toMs, delayMs } of delaysIn(evidence)) {
    const last = Math.floor(toMs / SLOT_MS) + 1;
    const lastCrowded = last + (delayMs < LEAST_BLOCK_MS ? 0 : Math.ceil((LONGEST_CROWD * delayMs) / SLOT_MS));
    for (let due = Math.max(0, Math.floor(fromMs / SLOT_MS) - 1); due <= lastCrowded; due++) {
      if (due > last && !isCrowded(due)) break;
      while (found.length <= due) found.push(0);
      found[due] = Math.max(found[due]!, delayMs);
    }
  }
  return found;
}

interface Delay extends Span {
  readonly delayMs: number;
}

function delaysIn({ stalls, seconds }: OwnDelayEvidence): readonly Delay[] {
  const told = stalls.map(({ atMs, durationMs, clockMs = durationMs }) => ({
    fromMs: atMs,
    toMs: atMs + clockMs,
    delayMs: durationMs,
  }));
  const felt = seconds.flatMap(({ atMs, loopDelayMaxMs, sendLagP99Ms = 0 }) => {
    const delayMs = Math.max(loopDelayMaxMs >= LEAST_BLOCK_MS ? loopDelayMaxMs : 0, sendLagP99Ms);
    if (delayMs < LEAST_LAG_MS || told.some((stall) => isFelt(stall, { atMs, delayMs }))) return [];
    // A second knows how long it was blocked, not when: that may have begun before it, or ended after.
    return [{ fromMs: atMs - delayMs, toMs: atMs + SECOND_MS + delayMs, delayMs }];
  });
  return [...told, ...felt];
}

/** What a second felt is a standstill that the run tells, with better times. */
function isFelt(stall: Delay, { atMs, delayMs }: { readonly atMs: number; readonly delayMs: number }): boolean {
  return delayMs <= stall.delayMs + BEAT_MS && stall.fromMs < atMs + SECOND_MS + BEAT_MS && stall.toMs > atMs - BEAT_MS;
}

/** Whether the requests due in a slot still wait longer than is usual. */
function crowdIn({ slots, medianMs }: OwnDelayEvidence): (due: number) => boolean {
  // Most phases never ask.
  let bySlot: ReadonlyMap<number, OwnDelayEvidence["slots"][number]> | undefined;
  return (due) => {
    bySlot ??= new Map(slots.map((slot) => [slot.due, slot]));
    const slot = bySlot.get(due);
    const us = slot === undefined ? 0 : quantileUs(mergeBuckets(slot.response, slot.failedResponse), 0.5);
    return (us ?? 0) > CROWDED_FACTOR * medianMs * 1000;
  };
}

/** Whether a delay of ours reaches into the span that is long enough to explain what took `lengthMs` there. */
export function isOwnDelay(delays: OwnDelays, { fromMs, toMs }: Span, lengthMs: number): boolean {
  const own = delays.slice(Math.max(0, Math.floor(fromMs / SLOT_MS)), Math.max(0, Math.ceil(toMs / SLOT_MS)));
  return own.some((delayMs) => explains(delayMs, lengthMs));
}

/** The slots in which no delay of ours explains what took `lengthMs`. */
export function withoutOwnDelays<T extends Pick<SlotStats, "due">>(
  slots: readonly T[],
  delays: OwnDelays,
  lengthMs: number,
): readonly T[] {
  return slots.filter(({ due }) => !explains(delays[due] ?? 0, lengthMs));
}

function explains(delayMs: number, lengthMs: number): boolean {
  return delayMs > 0 && delayMs >= EXPLAINING_RATIO * lengthMs;
}
