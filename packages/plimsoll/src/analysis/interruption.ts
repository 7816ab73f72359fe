/** Who an order of the page is from: it has no accounts. */
const PAGE = "page";

/** Who ended a run before its time: `interrupted by SIGINT`, `stopped at the page`. */
export function interruptionText(by: string): string {
  return by === PAGE ? "stopped at the page" : `interrupted by ${by}`;
}
