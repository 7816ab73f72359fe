/** How an answer can go wrong on the wire, each at `/fault/<kind>` and in `--errors`, with what a client sees. */
export const FAULTS = {
  reset: "the connection is reset before any answer",
  "reset-mid-body": "half of the body, then a reset",
  "early-fin": "half of the body, then a regular close",
  die: "half of the body, then the end of the simulator's process; nobody listens any more",
  "truncated-chunked": "a chunked body that is closed in the middle",
  "bad-chunk-size": "a chunk size that is no number",
  "wrong-length-short": "Content-Length is less than what is sent; the rest runs into the next answer",
  "wrong-length-long": "Content-Length is more than is ever sent; the connection stays open",
  "slow-body": "one octet of the body a second",
  "endless-body": "a body that never ends, until the client closes",
  "huge-body": "Content-Length of 10 GiB, and as much of it as the client reads",
  "gzip-bomb": "a body of 1 MiB that gzip makes 1 GiB",
  "huge-header": "a good answer with one header of 1 MiB",
  garbage: "octets that are not HTTP, then a close",
  silence: "no answer; the connection stays open",
  "error-in-200": "status 200 and JSON that tells of an error",
  "invalid-utf8":
    "JSON with octets that are not UTF-8, a NUL, half a surrogate pair and a character split between chunks",
  "redirect-loop": "a redirect to a path that redirects to itself",
  "redirect-elsewhere": "a redirect to http://127.0.0.1:9, where nobody should listen",
  "sse-without-done": "a stream of events that ends without [DONE] and finish_reason",
  "sse-error": "a stream with status 200 that ends in an error event",
  "sse-endless": "a stream of events that never ends, until the client closes",
  "sse-endless-line": "a stream whose first line never ends, until the client closes",
} as const;

export type FaultKind = keyof typeof FAULTS;

/** Narrows a word to one of the faults. */
export function isFaultKind(word: string): word is FaultKind {
  return Object.hasOwn(FAULTS, word);
}
