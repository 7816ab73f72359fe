/**
 * Is a run hopeless already? A bet against "the share of bad requests is at most q", placed window by window on what came
 * before; its capital grows beyond any bound only if the promise is broken (Waudby-Smith & Ramdas 2024). It may be looked
 * at as often as one likes, and needs no independence of the requests within a window.
 */

/** Capital and what the next stake is reckoned from; JSON-safe. */
export interface Bets {
  /** Logarithm of the capital; it begins at 0. */
  readonly lnCapital: number;
  /** Sum of shares, of their squared distance from the running mean, and number of windows, each with its prior. */
  readonly shareSum: number;
  readonly squareSum: number;
  readonly count: number;
}

/** Before the first window: a mean of q, a variance of .01, worth one window. */
export function openBets(allowedRatio: number): Bets {
  return { lnCapital: 0, shareSum: allowedRatio, squareSum: 0.01, count: 1 };
}

/** The stake on the next window, from past windows only: nothing while they keep the promise, at most half the odds. */
export function stakeOf({ shareSum, squareSum, count }: Bets, allowedRatio: number): number {
  const excess = shareSum / count - allowedRatio;
  const stake = excess / (squareSum / count + excess * excess);
  return Math.min(Math.max(stake, 0), 0.5 / allowedRatio);
}

/** After a window in which the share `badRatio` (0–1) of its requests was bad. */
export function placeBet(bets: Bets, badRatio: number, allowedRatio: number): Bets {
  const payoff = Math.max(1 + stakeOf(bets, allowedRatio) * (badRatio - allowedRatio), 1e-12);
  const shareSum = bets.shareSum + badRatio;
  const count = bets.count + 1;
  const squareSum = bets.squareSum + (badRatio - shareSum / count) ** 2;
  return { lnCapital: bets.lnCapital + Math.log(payoff), shareSum, squareSum, count };
}

/** The promise is broken at error probability `alpha` (statistics.md: .01 ÷ number of promises watched). */
export function isBroken({ lnCapital }: Bets, alpha: number): boolean {
  return lnCapital >= Math.log(1 / alpha);
}
