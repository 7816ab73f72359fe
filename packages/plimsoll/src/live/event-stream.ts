import type { StreamingApi } from "hono/utils/stream";
import type { RunFeed } from "./run-feed.ts";

/** What a viewer draws from. */
export type EventSource = Pick<RunFeed, "since" | "news">;

/** One viewer: what it has, and how it is got rid of. */
export interface Viewer {
  /** Number of its last event, when it comes back. */
  readonly after: number | undefined;
  /** Breaks its connection. */
  readonly cut: () => void;
  /** How long it may take nothing before it is cut off. */
  readonly stuckMs: number;
}

const HEARTBEAT_MS = 10_000;

/**
 * Sends a viewer the events of a run after record `after` until the run ends or the viewer goes. Nothing is kept for a
 * viewer: while it is slow, what it lacks grows together into what `since` then gives.
 */
export async function sendEvents(
  feed: EventSource,
  stream: StreamingApi,
  { after, cut, stuckMs }: Viewer,
): Promise<void> {
  let n = after;
  const send = async (text: string) => {
    const isWritten = await written(stream, text, stuckMs);
    if (!isWritten) cut();
    return isWritten;
  };
  // Who leaves gives up its place at once.
  const left = new Promise<boolean>((resolve) => stream.onAbort(() => resolve(true)));
  // Tells the browser how soon to come back; the first bytes also open the stream at once.
  if (!(await send("retry: 1000\n\n"))) return;
  while (!stream.aborted) {
    const news = feed.since(n);
    if (news === undefined) {
      const isNews = await Promise.race([feed.news(HEARTBEAT_MS), left]);
      if (!isNews && !(await send(": still here\n\n"))) return;
      continue;
    }
    if (news.text !== "" && !(await send(news.text))) return;
    if (news.isEnd) return;
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
