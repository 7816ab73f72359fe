import { formatCount, formatInterval, formatPerSec } from "../../../plimsoll/src/base/format-number.ts";
import type { RunListing } from "../../../plimsoll/src/live/live-event.ts";

export interface CapacityText {
  /** `182/s`, `80 users`. */
  readonly value: string;
  /** `174–189/s`, `75–85`, `≥ 75`; undefined when neither end is known. */
  readonly interval: string | undefined;
}

/** A capacity as a row of the list tells it; of users only whole ones, as in the verdict. */
export function capacityText({ by, value, low, high }: NonNullable<RunListing["capacity"]>): CapacityText {
  const isUnknown = low === undefined && high === undefined;
  if (by !== "users")
    return { value: formatPerSec(value), interval: isUnknown ? undefined : formatInterval(low, high, "perSec") };
  const users = (count: number): string => formatCount(Math.floor(count));
  const ends =
    low === undefined
      ? `≤ ${users(high ?? 0)}`
      : high === undefined
        ? `≥ ${users(low)}`
        : `${users(low)}–${users(high)}`;
  return { value: `${users(value)} users`, interval: isUnknown ? undefined : ends };
}
