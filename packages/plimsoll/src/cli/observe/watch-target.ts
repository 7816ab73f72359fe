/** What a run needs to observe its target: who is asked is admitted before a byte is sent, scrapes go while load goes. */
import { PlimsollError } from "../../base/errors.ts";
import type { ResolvedTarget } from "../../fleet/messages.ts";
import type { Spec } from "../../spec/spec.ts";
import { displayTarget } from "../journal-spec.ts";
import type { RunWatch } from "../run-watch.ts";
import { admitHost } from "../target.ts";
import { Observer } from "./observer.ts";
import { createScraper, type Scraper } from "./scraper.ts";

export interface TargetWatchOptions {
  readonly spec: Spec;
  readonly isAuthorised: boolean;
  readonly references: Readonly<Record<string, string>>;
  readonly userAgent: string;
  readonly redact: (text: string) => string;
}

/**
 * Undefined when the spec observes nothing. A name that does not resolve is told like any scrape that fails.
 * @throws TARGET_REFUSED
 */
export async function watchTarget(options: TargetWatchOptions): Promise<RunWatch | undefined> {
  const { spec, redact } = options;
  const { observe } = spec;
  if (observe === undefined) return undefined;
  const admitted = await admit(observe.origin, options);
  const shown = redact(displayTarget(observe.origin) + observe.path.replace(/\?.*$/s, ""));
  let observer: Observer | undefined;
  return {
    start: ({ control, tell }) => {
      const { nowMs } = control;
      const scraper = "origin" in admitted ? scraperOf(admitted, options, nowMs) : unreachable(admitted.why);
      observer = new Observer({ observe, scraper, shown, redact, nowMs, tell });
    },
    stop: () => void observer?.stop(),
  };
}

async function admit(
  origin: string,
  { spec, isAuthorised }: TargetWatchOptions,
): Promise<ResolvedTarget | { readonly why: string }> {
  try {
    return await admitHost(origin, spec.allowTargets, isAuthorised);
  } catch (error) {
    if (error instanceof PlimsollError && error.code === "TARGET_NOT_READY") return { why: error.message };
    throw error;
  }
}

function scraperOf(target: ResolvedTarget, options: TargetWatchOptions, nowMs: () => number): Scraper {
  const { spec, references, userAgent } = options;
  const resolve = (name: string) => references[name];
  return createScraper({ observe: spec.observe!, target, tls: spec.tls, resolve, userAgent, nowMs });
}

function unreachable(why: string): Scraper {
  return { scrape: () => Promise.resolve({ kind: "failed", why }), close: () => Promise.resolve() };
}
