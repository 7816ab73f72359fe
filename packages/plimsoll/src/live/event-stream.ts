import type { StreamingApi } from "hono/utils/stream";
import type { RunFeed } from "./run-feed.ts";

/** What a viewer draws from. */
export type EventSource = Pick<RunFeed, "since" | "news" | "isClosed">;

/** One viewer: what it has, and how it is got rid of. */
export interface Viewer {
  /** Number of its last event, when it comes back. */
  readonly after: number | undefined;
  /** Breaks its connection. */
  readonly cut: () => void;
  /** How long it may take nothing; 30 s unless said. */
  readonly stuckMs?: number;
}

const HEARTBEAT_MS = 10_000;
/** A viewer that takes nothing for so long is cut off; it may come back and gets what it missed. */
const STUCK_MS = 30_000;

/**
 * Sends a viewer the events of a run after record `after` until the run ends, the viewer goes or the feed is closed. Nothing is kept for a
 * viewer: while it is slow, what it lacks grows together into what `since` then gives.
 */
export async function sendEvents(
  feed: EventSource,
  stream: StreamingApi,
  { after, cut, stuckMs = STUCK_MS }: Viewer,
): Promise<void> {
  let n = after;
  const send = async (text: string) => {
    const isWritten = await written(stream, text, stuckMs);
    if (!isWritten) cut();
    return isWritten;
  };
  // Tells the browser how soon to come back; the first bytes also open the stream at once.
  if (!(await send("retry: 1000\n\n"))) return;
  // A feed that is closed has no more news and no end: to wait for them would never let go of the event loop.
  while (!stream.aborted && !feed.isClosed) {
    const news = feed.since(n);
    if (news === undefined) {
      const isNews = await feed.news(HEARTBEAT_MS);
      if (!isNews && !(await send(": still here\n\n"))) return;
      continue;
    }
    if (!(await send(news.text)) || news.isEnd) return;
    n = news.n;
  }
}

/** False when the viewer took nothing for so long. */
async function written(stream: StreamingApi, text: string, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const isWritten = await Promise.race([stream.write(text).then(() => true), stuck]);
  clearTimeout(timer);
  return isWritten;
}
