/**
 * What an engine and its metronome share: a turn, raised with each setting, the due instant it set, and the system's number
 * of the metronome's thread, 0 as long as it has not begun or where there is none.
 */
export const METRONOME_SLOTS = { byteLength: 24, dueByte: 8, threadIdByte: 16 } as const;

/** Due instant of a metronome that has nothing to wait for. */
export const ASLEEP = Number.POSITIVE_INFINITY;

export interface MetronomeSetup {
  readonly shared: SharedArrayBuffer;
  /** Zero of the clock that due instants are told on, as `process.hrtime` ns in text. */
  readonly originNs: string;
}
