/** Binary heap: the first in order is at hand, in O(log n) for each change. */
export class MinHeap<T> {
  readonly #items: T[];
  readonly #isBefore: (left: T, right: T) => boolean;

  /** `items` must stand in order already, such as all equal. */
  constructor(isBefore: (left: T, right: T) => boolean, items: readonly T[] = []) {
    this.#isBefore = isBefore;
    this.#items = [...items];
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(item, items[parent]!)) break;
      items[index] = items[parent]!;
      index = parent;
    }
    items[index] = item;
  }

  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.replaceFirst(last);
    return first;
  }

  /** The same as `pop` and `push`, at once. */
  replaceFirst(item: T): void {
    const items = this.#items;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#isBefore(items[child + 1]!, items[child]!)) child++;
      if (!this.#isBefore(items[child]!, item)) break;
      items[index] = items[child]!;
      index = child;
    }
    items[index] = item;
  }
}
