/** The laws of a behaviour as people write them; each reader gives `undefined` for what is none. */
import { parseDurationMs, parseRatio } from "../base/quantity.ts";
import type { BatchLaw, DurationLaw, ErrorShare, Outcome, StallLaw } from "./behaviour.ts";
import { isFaultKind } from "./fault-kind.ts";

/** Beyond it a timer of Node fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** `"20ms"`, `"exponential 100ms"`, `"lognormal 100ms cv 1.5"`. */
export function parseDurationLaw(text: string): DurationLaw | undefined {
  const [, kind = "fixed", mean = "", cv] =
    /^(?:(fixed|exponential|lognormal)\s+)?(\S+?)(?:\s+cv\s+(\S+))?$/.exec(text.trim()) ?? [];
  const meanMs = parseBoundedMs(mean);
  if (meanMs === undefined || (cv !== undefined) !== (kind === "lognormal")) return undefined;
  if (kind === "fixed") return { kind, ms: meanMs };
  if (kind === "exponential") return { kind, meanMs };
  const cvRatio = parseCv(cv);
  return cvRatio === undefined ? undefined : { kind: "lognormal", meanMs, cvRatio };
}

/** `"50ms+5ms"`: for the batch, and for each request in it; `"50ms+5ms cv 0.1"`: with noise. */
export function parseBatchTime(text: string): Omit<BatchLaw, "maxCount"> | undefined {
  const [, base = "", perItem = "0", cv] =
    /^([^\s+]+)(?:\s*\+\s*([^\s+]+))?(?:\s+cv\s+(\S+))?$/.exec(text.trim()) ?? [];
  const baseMs = parseBoundedMs(base);
  const perItemMs = parseBoundedMs(perItem);
  const cvRatio = cv === undefined ? 0 : parseCv(cv);
  if (baseMs === undefined || perItemMs === undefined || cvRatio === undefined) return undefined;
  return { baseMs, perItemMs, cvRatio };
}

/** `"2s every 10s"`. */
export function parseStall(text: string): StallLaw | undefined {
  const [, length = "", period = ""] = /^(\S+)\s+every\s+(\S+)$/.exec(text.trim()) ?? [];
  const forMs = parseBoundedMs(length);
  const everyMs = parseBoundedMs(period);
  if (forMs === undefined || everyMs === undefined || !(forMs > 0) || forMs >= everyMs) return undefined;
  return { forMs, everyMs };
}

/** `"20%/min"` → 0.2: a share a minute. */
export function parseLeak(text: string): number | undefined {
  const [, share = ""] = /^(\S+?)\s*\/\s*min$/.exec(text.trim()) ?? [];
  return parseRatio(share);
}

/** `"503 1%, reset 0.5%"`: a status of an error or a fault, and its share of all requests; together at most all. */
export function parseErrors(text: string): readonly ErrorShare[] | undefined {
  const shares: ErrorShare[] = [];
  let totalRatio = 0;
  for (const part of text.split(",")) {
    const [, word = "", share = ""] = /^(\S+)\s+(\S+)$/.exec(part.trim()) ?? [];
    const outcome = parseOutcome(word);
    const ratio = parseRatio(share);
    if (outcome === undefined || ratio === undefined) return undefined;
    totalRatio += ratio;
    shares.push({ ratio, outcome });
  }
  return totalRatio <= 1 + 1e-9 ? shares : undefined;
}

function parseOutcome(word: string): Outcome | undefined {
  if (isFaultKind(word)) return { kind: "fault", fault: word };
  return /^[345]\d\d$/.test(word) ? { kind: "status", status: Number(word) } : undefined;
}

function parseBoundedMs(text: string): number | undefined {
  const ms = parseDurationMs(text);
  return ms === undefined || ms > MAX_TIMER_MS ? undefined : ms;
}

function parseCv(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) && value <= 100 ? value : undefined;
}
