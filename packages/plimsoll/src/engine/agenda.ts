/** What is due next: a binary heap of (due time, token), the earliest on top; equal times leave in order of entry. Hot path. */
export class Agenda {
  #dues = new Float64Array(64);
  #order = new Float64Array(64);
  #tokens = new Int32Array(64);
  #size = 0;
  #entered = 0;

  get size(): number {
    return this.#size;
  }

  /** Due time of the earliest entry; Infinity when there is none. */
  get nextDueMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#dues[0]!;
  }

  /** `token` is any 32-bit integer that means something to the caller. */
  push(dueMs: number, token: number): void {
    if (this.#size === this.#dues.length) this.#grow();
    let at = this.#size++;
    const order = this.#entered++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isAfter(parent, dueMs, order)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, dueMs, order, token);
  }

  /** Takes the earliest entry and returns its token. Only when `size` > 0. */
  pop(): number {
    const top = this.#tokens[0]!;
    const last = --this.#size;
    if (last > 0) this.#sink(this.#dues[last]!, this.#order[last]!, this.#tokens[last]!);
    return top;
  }

  clear(): void {
    this.#size = 0;
  }

  #sink(dueMs: number, order: number, token: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#isAfter(child, this.#dues[child + 1]!, this.#order[child + 1]!)) child++;
      if (this.#isAfter(child, dueMs, order)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, dueMs, order, token);
  }

  #isAfter(at: number, dueMs: number, order: number): boolean {
    const due = this.#dues[at]!;
    return due > dueMs || (due === dueMs && this.#order[at]! > order);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#dues[from]!, this.#order[from]!, this.#tokens[from]!);
  }

  #set(at: number, dueMs: number, order: number, token: number): void {
    this.#dues[at] = dueMs;
    this.#order[at] = order;
    this.#tokens[at] = token;
  }

  #grow(): void {
    const length = this.#dues.length * 2;
    const dues = new Float64Array(length);
    dues.set(this.#dues);
    const order = new Float64Array(length);
    order.set(this.#order);
    const tokens = new Int32Array(length);
    tokens.set(this.#tokens);
    this.#dues = dues;
    this.#order = order;
    this.#tokens = tokens;
  }
}
