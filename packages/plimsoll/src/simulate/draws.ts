import { crc32 } from "../base/crc32.ts";
import { Random } from "../base/random.ts";
import type { DurationLaw, ErrorShare, Outcome } from "./behaviour.ts";

/** What is drawn, apart from one another: so errors do not change service times. Beside `STREAM` of base. */
const PURPOSE = { service: 201, outcome: 202, batch: 203, ttft: 204, gap: 205 } as const;

const OK: Outcome = { kind: "ok" };

/** All that chance decides for one path, each by (seed, path, arrival number): no draw depends on another. */
export class Draws {
  readonly #random = new Random(0);
  readonly #seed: number;
  readonly #path: number;

  constructor(seed: number, path = "") {
    this.#seed = seed;
    this.#path = path === "" ? 0 : crc32(new TextEncoder().encode(path));
  }

  serviceMs(law: DurationLaw, number: number): number {
    return law.kind === "fixed" ? law.ms : drawMs(law, this.#stream(PURPOSE.service, number));
  }

  /** Factor of the batch whose first request has this number; its mean is 1. */
  batchFactor(cvRatio: number, number: number): number {
    if (cvRatio === 0) return 1;
    return drawMs({ kind: "lognormal", meanMs: 1, cvRatio }, this.#stream(PURPOSE.batch, number));
  }

  outcome(errors: readonly ErrorShare[], number: number): Outcome {
    if (errors.length === 0) return OK;
    let rest = this.#stream(PURPOSE.outcome, number).nextRatio();
    for (const { ratio, outcome } of errors) {
      if (rest < ratio) return outcome;
      rest -= ratio;
    }
    return OK;
  }

  /** When each of so many tokens comes, ms from the start of service; never falling. */
  tokenOffsetsMs(ttft: DurationLaw, gap: DurationLaw, visit: { readonly number: number; readonly tokenCount: number }) {
    let atMs = drawMs(ttft, this.#stream(PURPOSE.ttft, visit.number));
    const offsetsMs = [atMs];
    const random = this.#stream(PURPOSE.gap, visit.number);
    for (let token = 1; token < visit.tokenCount; token++) {
      atMs += drawMs(gap, random);
      offsetsMs.push(atMs);
    }
    return offsetsMs;
  }

  #stream(purpose: number, number: number): Random {
    return this.#random.reseed(this.#seed, purpose, number, this.#path);
  }
}

/**
 * One duration of this law. Log-normal with mean m and coefficient of variation c: s² = ln(1 + c²),
 * exp(ln m − s²/2 + s·z), z standard normal.
 */
function drawMs(law: DurationLaw, random: Random): number {
  switch (law.kind) {
    case "fixed":
      return law.ms;
    case "exponential":
      return random.nextExponential(law.meanMs);
    case "lognormal": {
      const variance = Math.log(1 + law.cvRatio ** 2);
      return law.meanMs * Math.exp(Math.sqrt(variance) * random.nextNormal() - variance / 2);
    }
  }
}
