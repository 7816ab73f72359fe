/**
 * Seeded random numbers that any worker can draw alone: a stream is named by its coordinates
 * (seed, purpose, user or arrival, iteration), so no stream depends on how far another has been read.
 *
 * Generator: sfc32 (Doty-Humphrey, PractRand); coordinates are mixed in with the finaliser of MurmurHash3.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 1;

  constructor(seed: number, purpose = 0, major = 0, minor = 0) {
    this.reseed(seed, purpose, major, minor);
  }

  /** Starts the stream of these coordinates from its beginning; each is an integer, used modulo 2⁵³. */
  reseed(seed: number, purpose: number, major: number, minor: number): this {
    this.#a = mix(seed >>> 0, (seed / 0x1_0000_0000) >>> 0);
    this.#b = mix(this.#a ^ purpose, 0x9e3779b9);
    this.#c = mix(this.#b ^ (major >>> 0), (major / 0x1_0000_0000) >>> 0);
    this.#d = mix(this.#c ^ (minor >>> 0), (minor / 0x1_0000_0000) >>> 0) | 1;
    for (let i = 0; i < 6; i++) this.nextUint32();
    return this;
  }

  /** Uniform integer 0 … 2³²−1. */
  nextUint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), 2⁻⁵³ apart. */
  nextRatio(): number {
    return ((this.nextUint32() >>> 5) * 0x400_0000 + (this.nextUint32() >>> 6)) / 0x20_0000_0000_0000;
  }

  /** Uniform integer in [low, high], both included. */
  nextInteger(low: number, high: number): number {
    return low + Math.floor(this.nextRatio() * (high - low + 1));
  }

  /** Exponential with the given mean (same unit). */
  nextExponential(mean: number): number {
    return -mean * Math.log(1 - this.nextRatio());
  }

  /** Standard normal, by Box–Muller (one of the pair is dropped, so that a draw leaves no hidden state). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextRatio()));
    return radius * Math.cos(2 * Math.PI * this.nextRatio());
  }
}

/** What a stream is for: dimensions that must not influence one another draw from different ones. */
export const STREAM = { arrivals: 1, task: 2, think: 3, body: 4, start: 5 } as const;

function mix(value: number, salt: number): number {
  let hash = (value ^ Math.imul(salt, 0xcc9e2d51)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
