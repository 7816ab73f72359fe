import type { Console } from "./console.ts";
import { type RunWatch, together } from "./run-watch.ts";

/** `--otlp` and what belongs to it. */
export interface PushFlags {
  readonly otlp?: string;
  readonly otlpFormat?: "protobuf" | "json";
}

/** Runs with metrics pushed beside the watch, where that is asked for; what pushes loads only then. @throws USAGE */
export async function withPushedMetrics<Result>(
  flags: PushFlags,
  { console, watch }: { readonly console: Console; readonly watch: RunWatch },
  run: (watch: RunWatch) => Promise<Result>,
): Promise<Result> {
  if (flags.otlp === undefined) return await run(watch);
  const { pushMetrics } = await import("./otlp/push-metrics.ts");
  const push = pushMetrics(flags.otlp, flags.otlpFormat ?? "protobuf", console);
  try {
    return await run(together(watch, push.watch));
  } finally {
    await push.close();
  }
}
