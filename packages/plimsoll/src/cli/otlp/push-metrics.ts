/** A run's metrics, pushed to a collector each second while it goes and once more when it has ended. */
import { EVENT_CODES } from "../../records/event-codes.ts";
import type { Console } from "../console.ts";
import { judgeStats } from "../read-model.ts";
import type { RunningFacts, RunWatch } from "../run-watch.ts";
import { otlpRequest } from "./otlp-metrics.ts";
import { otlpBytes } from "./otlp-protobuf.ts";
import { OtlpPusher } from "./otlp-pusher.ts";
import { type OtlpFormat, otlpSettings } from "./otlp-settings.ts";

/** Watches a run; `close` waits a little for what is still on its way. */
export interface MetricsPush {
  readonly watch: RunWatch;
  readonly close: () => Promise<void>;
}

const EVERY_MS = 1000;
/** Folding and encoding may take this share of our time: after an hour they cost more, so they come more rarely. */
const MAX_WORK_RATIO = 0.05;
const CLOSE_WITHIN_MS = 3000;

/** @throws USAGE for an address that is none */
export function pushMetrics(address: string, format: OtlpFormat, console: Console): MetricsPush {
  const settings = otlpSettings(address, format, process.env);
  const shown = `${settings.url.origin}${settings.url.pathname}`;
  console.note(`metrics go to ${shown} each second (OTLP, ${format})\n`);
  let facts: RunningFacts | undefined;
  let timer: NodeJS.Timeout | undefined;
  const startUnixMs = Date.now();
  const pusher = new OtlpPusher({
    settings,
    onFailure: (why) => {
      const message = `The collector at ${shown} took no metrics: ${why}; the run goes on, and so do the tries.`;
      console.note(`${message}\n`);
      const atMs = facts?.control.nowMs() ?? 0;
      facts?.tell({ k: "ev", code: EVENT_CODES.otlpFailed, level: "warning", atMs, message });
    },
  });
  const push = () => {
    if (facts === undefined) return;
    const request = otlpRequest(judgeStats(facts.stats(), [], { isLive: timer !== undefined }), {
      startUnixMs,
      unixMs: Date.now(),
    });
    pusher.push(format === "json" ? Buffer.from(JSON.stringify(request)) : otlpBytes(request));
  };
  let lastWorkMs = 0;
  const tick = () => {
    const startedAtMs = performance.now();
    push();
    const workMs = performance.now() - startedAtMs;
    // The lesser of two: the first compiles what it calls, and one may have met a busy machine.
    timer = setTimeout(tick, Math.max(EVERY_MS, Math.min(workMs, lastWorkMs) / MAX_WORK_RATIO));
    timer.unref();
    lastWorkMs = workMs;
  };
  return {
    watch: {
      start: (running) => {
        facts = running;
        timer = setTimeout(tick, EVERY_MS);
        timer.unref();
      },
      stop: () => {
        clearTimeout(timer);
        timer = undefined;
        push();
      },
    },
    close: async () => {
      await pusher.close(CLOSE_WITHIN_MS);
      const { lostCount, pushedCount, failedCount } = pusher;
      if (failedCount === 0 && lostCount === 0) return;
      const taken = `${shown} took ${pushedCount - lostCount} of ${pushedCount} pushes of metrics`;
      console.note(`${taken}; ${failedCount === 1 ? "1 try" : `${failedCount} tries`} failed\n`);
    },
  };
}
