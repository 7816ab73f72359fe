import type { FastifyInstance } from "fastify";

/** The requests whose answers are not yet sent. */
export interface InFlight {
  /** Resolves as soon as there is none. */
  none(): Promise<void>;
}

/** Counts requests from their head until their answer is on its way or their client has gone. */
export function countInFlight(app: FastifyInstance): InFlight {
  let count = 0;
  let waiters: (() => void)[] = [];
  app.addHook("onRequest", async (_, reply) => {
    count++;
    reply.raw.once("close", () => {
      count--;
      if (count > 0) return;
      for (const resolve of waiters) resolve();
      waiters = [];
    });
  });
  return {
    none: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  };
}
