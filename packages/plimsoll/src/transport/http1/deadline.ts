const MAX_TIMER_MS = 2_147_483_647;

/**
 * Calls back once an instant has passed. Moving the instant later costs an assignment: the timer behind it is left
 * alone, and where it fires too early it sleeps for the rest. So a request costs no timer at all.
 */
export class Deadline {
  readonly #nowMs: () => number;
  readonly #onDue: () => void;
  readonly #onTimer: () => void;
  #timer: NodeJS.Timeout | undefined;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #wakesAtMs = Number.POSITIVE_INFINITY;

  constructor(nowMs: () => number, onDue: () => void) {
    this.#nowMs = nowMs;
    this.#onDue = onDue;
    this.#onTimer = () => this.#wake();
  }

  /** Replaces any instant set before; `Infinity` never comes. */
  set(dueAtMs: number): void {
    this.#dueAtMs = dueAtMs;
    if (dueAtMs < this.#wakesAtMs) this.#sleep();
  }

  /** Nothing is due; the timer may still wake once, to no effect. */
  clear(): void {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
  }

  /** Lets go of the timer too. */
  cancel(): void {
    this.clear();
    clearTimeout(this.#timer);
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    const waitMs = Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(this.#dueAtMs - this.#nowMs())));
    this.#wakesAtMs = this.#dueAtMs;
    this.#timer = setTimeout(this.#onTimer, waitMs).unref();
  }

  #wake(): void {
    this.#wakesAtMs = Number.POSITIVE_INFINITY;
    if (this.#dueAtMs === Number.POSITIVE_INFINITY) return;
    if (this.#nowMs() < this.#dueAtMs) {
      this.#sleep();
      return;
    }
    this.clear();
    this.#onDue();
  }
}
