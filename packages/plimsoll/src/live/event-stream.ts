import type { StreamingApi } from "hono/utils/stream";
import type { RunFeed } from "./run-feed.ts";

const HEARTBEAT_MS = 10_000;
/** A viewer that takes nothing for so long is cut off; it may come back and gets what it missed. */
const STUCK_MS = 30_000;

/**
 * Sends a viewer the events of a run after record `after` until the run ends or the viewer goes. Nothing is kept for a
 * viewer: while it is slow, what it lacks grows together into what `since` then gives.
 */
export async function sendEvents(
  feed: RunFeed,
  stream: StreamingApi,
  { after, cut }: { readonly after: number | undefined; readonly cut: () => void },
): Promise<void> {
  let n = after;
  // Tells the browser how soon to come back; the first bytes also open the stream at once.
  await stream.write("retry: 1000\n\n");
  while (!stream.aborted) {
    const news = feed.since(n);
    if (news === undefined) {
      const isNews = await feed.news(HEARTBEAT_MS);
      if (!isNews && !(await written(stream, ": still here\n\n", cut))) return;
      continue;
    }
    if (!(await written(stream, news.text, cut)) || news.isEnd) return;
    n = news.n;
  }
}

/** False when the viewer took nothing for too long, and was cut off. */
async function written(stream: StreamingApi, text: string, cut: () => void): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), STUCK_MS);
  });
  const isWritten = await Promise.race([stream.write(text).then(() => true), stuck]);
  clearTimeout(timer);
  if (!isWritten) cut();
  return isWritten;
}
