import type { RunListing } from "./live-event.ts";

/** Whether every word of `query` occurs in the run's name, id, folder, target, profiles, verdict or state. */
export function matchesQuery(listing: RunListing, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { name, id, folder, target, profiles, verdict, state } = listing;
  const text = [name, id, folder, target, ...profiles, verdict ?? "", state].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}
