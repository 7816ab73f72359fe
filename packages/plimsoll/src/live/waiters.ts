/** Those who wait for news, each for no longer than it likes. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  get count(): number {
    return this.#waiting.size;
  }

  /** Resolves to true once they are woken, to false after `withinMs` without. */
  wait(withinMs: number): Promise<boolean> {
    return new Promise<boolean>((resolve) => {
      const answer = (isWoken: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(isWoken);
      };
      const wake = () => answer(true);
      const timer = setTimeout(() => answer(false), withinMs);
      this.#waiting.add(wake);
    });
  }

  wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
