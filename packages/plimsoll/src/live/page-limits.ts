/** What whoever asks may cost the page's server at most. */
export interface PageLimits {
  /** A head that takes longer to come ends its connection. */
  readonly headWithinMs: number;
  /** Head and body together. */
  readonly requestWithinMs: number;
  /** Open at once, an address; more are closed before they are heard. */
  readonly maxConnections: number;
  /** Streams at once; more are answered with 503. */
  readonly maxStreams: number;
  /** Who takes nothing of a stream or a file for so long is cut off; a viewer may come back and gets what it missed. */
  readonly stuckMs: number;
}

export const PAGE_LIMITS: PageLimits = {
  headWithinMs: 10_000,
  requestWithinMs: 30_000,
  maxConnections: 256,
  maxStreams: 64,
  stuckMs: 30_000,
};
