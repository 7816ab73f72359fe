import { StreamingApi } from "hono/utils/stream";
import { describe, expect, test } from "vitest";
import { EventLog, NOTHING_MORE } from "./event-log.ts";
import { type EventSource, sendEvents } from "./event-stream.ts";

/** A log that tells whoever waits of what comes. */
class ToldLog extends EventLog implements EventSource {
  #wake: (() => void)[] = [];

  news(): Promise<boolean> {
    return new Promise((resolve) => this.#wake.push(() => resolve(true)));
  }

  tell(n: number): void {
    this.add(n, { n, text: "x".repeat(1000) });
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function connection() {
  const { readable, writable } = new TransformStream();
  const stream = new StreamingApi(writable, readable);
  const reader = stream.responseReadable.getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  return { stream, read };
}

describe("a viewer", () => {
  test("that reads nothing for a while then gets all it missed at once, from where it was", async () => {
    const log = new ToldLog();
    const { stream, read } = connection();
    log.tell(0);
    const sent = sendEvents(log, stream, { after: undefined, cut: () => {}, stuckMs: 30_000 });
    expect(await read()).toContain("retry");
    expect(await read()).toMatch(/^id: 0\nevent: snapshot\n/);
    for (let n = 1; n <= 50; n++) {
      log.tell(n);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const chunks: string[] = [];
    while (!chunks.at(-1)?.includes("id: 50\n")) chunks.push(await read());
    const patches = [...chunks.join("").matchAll(/^id: (\d+)\nevent: patch\ndata: \{"n":\d+,"after":(\d+)/gm)];
    expect(patches.map(([, n, after]) => [Number(n), Number(after)])).toEqual(
      Array.from({ length: 50 }, (_, index) => [index + 1, index]),
    );
    // What waited for it was one piece, not one for each change.
    expect(chunks.length).toBeLessThan(6);
    log.finish(51, {});
    log.tell(51);
    expect(await read()).toContain("event: end");
    await sent;
  });

  test("that takes nothing at all is cut off", async () => {
    const log = new ToldLog();
    const { stream } = connection();
    log.tell(0);
    let cutCount = 0;
    await sendEvents(log, stream, { after: undefined, cut: () => cutCount++, stuckMs: 5 });
    expect(cutCount).toBe(1);
  });

  test("of a feed that was closed is let go, and is not asked again and again", async () => {
    const { stream, read } = connection();
    let askedCount = 0;
    const closed: EventSource = {
      since: () => {
        if (++askedCount > 10) throw new Error("asked without end");
        return NOTHING_MORE;
      },
      news: async () => true,
    };
    const sent = sendEvents(closed, stream, { after: 3, cut: () => {}, stuckMs: 30_000 });
    expect(await read()).toContain("retry");
    await sent;
    expect(askedCount).toBe(1);
  });

  test("that left is let go at once and sent nothing more", async () => {
    const log = new ToldLog();
    const { stream, read } = connection();
    log.tell(0);
    const sent = sendEvents(log, stream, { after: undefined, cut: () => {}, stuckMs: 30_000 });
    await read();
    await read();
    // Nothing new comes: who has left is not waited for.
    stream.abort();
    await sent;
    log.tell(1);
  });
});
