/** What an engine and its metronome share: a turn, raised with each setting, and the due instant it set. */
export const METRONOME_SLOTS = { byteLength: 16, dueByte: 8 } as const;

/** Due instant of a metronome that has nothing to wait for. */
export const ASLEEP = Number.POSITIVE_INFINITY;

export interface MetronomeSetup {
  readonly shared: SharedArrayBuffer;
  /** Zero of the clock that due instants are told on, as `process.hrtime` ns in text. */
  readonly originNs: string;
}
