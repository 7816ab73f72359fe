/** Wakes the engine at an instant of its clock: at most one ring is set at a time, a new `set` replaces it. */
export interface Alarm {
  /** `ring` is called once `atMs` has come, never before, and never from within `set`. */
  set(atMs: number, ring: () => void): void;
  clear(): void;
}
