/** A request as the batching policy sees it. */
export interface Waiting {
  readonly textCount: number;
  /** When it joined the queue, on the clock `now` is read from. */
  readonly queuedAtMs: number;
}

/** How many texts a worker takes at once, and how long it may wait for more. */
export interface BatchPolicy {
  readonly maxBatch: number;
  readonly batchWaitMs: number;
}

/** What a free worker should do: take the first `requestCount` waiting requests, or look again later. */
export type BatchDecision =
  | { readonly kind: "take"; readonly requestCount: number }
  | { readonly kind: "wait"; readonly forMs: number }
  | { readonly kind: "nothing" };

/**
 * Decides what a free worker does with the queue, oldest first. A batch never holds more than `maxBatch` texts, except
 * that a single request which alone is larger is taken whole (the worker splits it over several inference runs).
 */
export function nextBatch(waiting: readonly Waiting[], nowMs: number, policy: BatchPolicy): BatchDecision {
  const [oldest] = waiting;
  if (oldest === undefined) return { kind: "nothing" };
  let textCount = oldest.textCount;
  let requestCount = 1;
  for (; requestCount < waiting.length; requestCount++) {
    const more = waiting[requestCount]?.textCount ?? 0;
    if (textCount + more > policy.maxBatch) return { kind: "take", requestCount };
    textCount += more;
  }
  const waitedMs = nowMs - oldest.queuedAtMs;
  if (textCount >= policy.maxBatch || waitedMs >= policy.batchWaitMs) return { kind: "take", requestCount };
  return { kind: "wait", forMs: policy.batchWaitMs - waitedMs };
}
