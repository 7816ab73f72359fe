/** How an answer can go wrong on the wire, each at `/fault/<kind>` and in `--errors`, with what a client sees. */
export const FAULTS = {
  reset: "the connection is reset before any answer",
  "reset-mid-body": "half of the body, then a reset",
  "early-fin": "half of the body, then a regular close",
  "truncated-chunked": "a chunked body that is closed in the middle",
  "bad-chunk-size": "a chunk size that is no number",
  "wrong-length-short": "Content-Length is less than what is sent; the rest runs into the next answer",
  "wrong-length-long": "Content-Length is more than is ever sent; the connection stays open",
  "slow-body": "one octet of the body a second",
  "endless-body": "a body that never ends, until the client closes",
  "huge-header": "a good answer with one header of 1 MiB",
  garbage: "octets that are not HTTP, then a close",
  silence: "no answer; the connection stays open",
  "sse-without-done": "a stream of events that ends without [DONE] and finish_reason",
  "sse-error": "a stream with status 200 that ends in an error event",
} as const;

export type FaultKind = keyof typeof FAULTS;

/** Narrows a word to one of the faults. */
export function isFaultKind(word: string): word is FaultKind {
  return Object.hasOwn(FAULTS, word);
}
