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
    return this.faults().length > 0;
  }

  /** One sentence a stretch of missing records. */
  faults(): readonly string[] {
    const faults: string[] = [];
    let next = 0;
    for (const [first, last] of this.#stretches) {
      if (first > next) faults.push(`The journal lost its records ${next} to ${first - 1}.`);
      next = Math.max(next, last + 1);
    }
    return faults;
  }

  #append([first, last]: readonly [number, number]): void {
    const held = this.#stretches[this.#stretches.length - 1];
    if (held !== undefined && held[1] + 1 === first) this.#stretches[this.#stretches.length - 1] = [held[0], last];
    else this.#stretches.push([first, last]);
  }
}
