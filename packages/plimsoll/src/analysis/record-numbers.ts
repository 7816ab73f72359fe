/** Missing stretches that are named; more say nothing more. */
const MOST_TOLD = 5;

/** Which record numbers have gone by; a journal that lost some in its middle must not pass for a whole one. */
export class RecordNumbers {
  /** Unbroken stretches `[first, last]`, in the order of reading. */
  #stretches: (readonly [number, number])[] = [];

  note(n: number): void {
    this.#append([n, n]);
  }

  add(other: RecordNumbers): void {
    for (const stretch of other.#stretches) this.#append(stretch);
  }

  /** Records are missing before or between those read; those lost at the end do not show in numbers. */
  get hasHole(): boolean {
    return this.#missing().length > 0;
  }

  /** What is missing, as a sentence; undefined when nothing is. */
  fault(): string | undefined {
    const missing = this.#missing();
    if (missing.length === 0) return undefined;
    const told = missing.slice(0, MOST_TOLD).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
    const more = missing.length > MOST_TOLD ? " and more" : "";
    return `the journal is damaged, records ${told.join(", ")}${more} are missing.`;
  }

  #missing(): readonly (readonly [number, number])[] {
    const missing: (readonly [number, number])[] = [];
    let next = 0;
    for (const [first, last] of this.#stretches) {
      if (first > next) missing.push([next, first - 1]);
      next = Math.max(next, last + 1);
    }
    return missing;
  }

  #append([first, last]: readonly [number, number]): void {
    const held = this.#stretches[this.#stretches.length - 1];
    if (held !== undefined && held[1] + 1 === first) this.#stretches[this.#stretches.length - 1] = [held[0], last];
    else this.#stretches.push([first, last]);
  }
}
