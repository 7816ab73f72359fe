import { StreamingApi } from "hono/utils/stream";
import { describe, expect, test } from "vitest";
import { EventLog } from "./event-log.ts";
import { type EventSource, sendEvents } from "./event-stream.ts";

/** A log that tells whoever waits of what comes. */
class ToldLog extends EventLog implements EventSource {
  #wake: (() => void)[] = [];
  isClosed = false;
  newsCount = 0;

  news(): Promise<boolean> {
    // As a feed that is closed: whoever asks is answered at once. One that asks for ever must not take the test with it.
    if (++this.newsCount > 1000) return Promise.reject(new Error("asks for ever"));
    if (this.isClosed) return Promise.resolve(true);
    return new Promise((resolve) => this.#wake.push(() => resolve(true)));
  }

  close(): void {
    this.isClosed = true;
    for (const wake of this.#wake.splice(0)) wake();
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
    const sent = sendEvents(log, stream, { after: undefined, cut: () => {} });
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

  test("is let go when the feed is closed before the run has ended", async () => {
    const log = new ToldLog();
    const { stream, read } = connection();
    log.tell(0);
    const sent = sendEvents(log, stream, { after: undefined, cut: () => {} });
    await read();
    await read();
    await expect.poll(() => log.newsCount).toBe(1);
    log.close();
    await sent;
    expect(log.newsCount).toBe(1);
  });

  test("that left is sent nothing more", async () => {
    const log = new ToldLog();
    const { stream, read } = connection();
    log.tell(0);
    const sent = sendEvents(log, stream, { after: undefined, cut: () => {} });
    await read();
    await read();
    stream.abort();
    log.tell(1);
    await sent;
  });
});
