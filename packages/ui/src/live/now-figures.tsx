import type { JSX } from "preact";
import { formatCount, formatMs, formatPerSec, formatRatio } from "../../../plimsoll/src/base/format-number.ts";
import type { LiveNow } from "../../../plimsoll/src/live/live-event.ts";
import { placeNow } from "./now-text.ts";

/** The profile under way: how far it is, and its last ten seconds. */
export function NowFigures({ now }: { readonly now: LiveNow }): JSX.Element {
  const { number, profileCount, upcoming, recentMs, kind } = now;
  const place = profileCount > 1 ? ` (${number} of ${profileCount})` : "";
  const figures: readonly (readonly [string, string])[] = [
    kind === "closed" ? ["Users", formatCount(now.load)] : ["Planned", formatPerSec(now.load)],
    ["In flight", formatCount(now.inFlight)],
    ["Requests", formatPerSec(now.requestsPerSec)],
    ["p50", formatMs(recentMs?.p50)],
    ["p95", formatMs(recentMs?.p95)],
    ["p99", formatMs(recentMs?.p99)],
    ["Failed", formatRatio(now.errorRatio)],
    ...(now.dropped > 0 ? [["Dropped", formatCount(now.dropped)] as const] : []),
  ];
  return (
    <div class="now">
      <p class="now-place">
        <strong>{placeNow(now)}</strong>
        {place}
        {upcoming.length === 0 ? "" : `, then ${upcoming.join(", ")}`}
      </p>
      <progress max={1} value={now.progressRatio} aria-label={`Progress of ${now.name}`} />
      <dl class="figures">
        {figures.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="note">Requests and latencies of the last ten seconds; failures since the profile began.</p>
    </div>
  );
}
