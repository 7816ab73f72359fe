import type { LiveDocument } from "../../../plimsoll/src/live/live-event.ts";
import { type DocumentStream, followDocument } from "./document-stream.ts";

/** One run, live or over. */
export type RunStream = DocumentStream<LiveDocument>;

export function followRun(id: string): RunStream {
  return followDocument(`/api/runs/${encodeURIComponent(id)}`, isLiveDocument);
}

function isLiveDocument(value: unknown): value is LiveDocument {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === "plimsoll.live/1";
}
