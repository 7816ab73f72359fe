/** The streams that are open: as many as are allowed, each drawn from a feed until it ends or its viewer goes. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { stream } from "hono/streaming";
import { type EventSource, sendEvents } from "./event-stream.ts";
import { PageError } from "./page-error.ts";
import type { PageLimits } from "./page-limits.ts";

export class Viewers {
  readonly #limits: Pick<PageLimits, "maxStreams" | "stuckMs">;
  readonly #onFault: (error: unknown) => void;
  #count = 0;

  constructor(limits: Pick<PageLimits, "maxStreams" | "stuckMs">, onFault: (error: unknown) => void) {
    this.#limits = limits;
    this.#onFault = onFault;
  }

  /** `follow` hands the feed over for as long as it is needed. @throws PageError 503 when all places are taken */
  answer(
    ask: Context<{ Bindings: HttpBindings }>,
    follow: (send: (feed: EventSource) => Promise<void>) => Promise<void>,
  ): Response {
    const { maxStreams, stuckMs } = this.#limits;
    if (this.#count >= maxStreams) throw new PageError(503, `${maxStreams} viewers are there already`);
    this.#count++;
    ask.header("content-type", "text/event-stream; charset=utf-8");
    ask.header("x-accel-buffering", "no");
    const after = recordNumber(ask.req.header("last-event-id") ?? ask.req.query("after"));
    const cut = cutWhenStuck(ask, stuckMs);
    return stream(ask, async (out) => {
      try {
        await follow((feed) => sendEvents(feed, out, { after, cut, stuckMs }));
      } catch (error) {
        // The head is sent: the stream ends, and the browser comes back to hear why.
        this.#onFault(error);
      } finally {
        this.#count--;
      }
    });
  }
}

/** Breaks the connection of an answer that nobody takes; returns what breaks it at once. */
export function cutWhenStuck({ env: { outgoing } }: Context<{ Bindings: HttpBindings }>, stuckMs: number): () => void {
  const cut = () => void outgoing.destroy();
  outgoing.setTimeout(stuckMs, cut);
  return cut;
}

function recordNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
