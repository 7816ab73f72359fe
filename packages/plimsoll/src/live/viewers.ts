/** The streams that are open: as many as are allowed, each drawn from a feed until it ends or its viewer goes. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { stream } from "hono/streaming";
import { type EventSource, sendEvents } from "./event-stream.ts";
import { PageError } from "./page-error.ts";

const MAX_STREAMS = 64;

export class Viewers {
  readonly #onFault: (error: unknown) => void;
  #count = 0;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** `follow` hands the feed over for as long as it is needed. @throws PageError 503 when all places are taken */
  answer(
    ask: Context<{ Bindings: HttpBindings }>,
    follow: (send: (feed: EventSource) => Promise<void>) => Promise<void>,
  ): Response {
    if (this.#count >= MAX_STREAMS) throw new PageError(503, `${MAX_STREAMS} viewers are there already`);
    this.#count++;
    ask.header("content-type", "text/event-stream; charset=utf-8");
    ask.header("x-accel-buffering", "no");
    const after = recordNumber(ask.req.header("last-event-id") ?? ask.req.query("after"));
    const cut = () => void ask.env.outgoing.destroy();
    return stream(ask, async (out) => {
      try {
        await follow((feed) => sendEvents(feed, out, { after, cut }));
      } catch (error) {
        // The head is sent: the stream ends, and the browser comes back to hear why.
        this.#onFault(error);
      } finally {
        this.#count--;
      }
    });
  }
}

function recordNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
