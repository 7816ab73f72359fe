import { answerOctets, chunkOctets, EVENT_STREAM_TYPE, headText } from "./answer-octets.ts";
import type { ChatRequest } from "./chat-request.ts";

/** How long a completion is, and why it ended there. */
export interface ChatExtent {
  readonly tokenCount: number;
  readonly finishReason: "stop" | "length";
}

const ABOUT = '"id":"chatcmpl-simulated","created":0,"model":"simulated"';
const TOKEN = "tok ";

/** What opens every stream: head and the role, before the first token and never counted as one. */
export const STREAM_OPENING = Buffer.concat([
  Buffer.from(
    headText(200, [`content-type: ${EVENT_STREAM_TYPE}`, "cache-control: no-cache", "transfer-encoding: chunked"]),
  ),
  chunkOctets(choiceEvent('{"role":"assistant","content":""}', "null")),
]);

/** One token of a stream. */
export const STREAM_TOKEN = chunkOctets(choiceEvent(JSON.stringify({ content: TOKEN }), "null"));

/** The last frames: why it ended, usage where it was asked for, and `[DONE]`. */
export function streamEnding(request: ChatRequest, { tokenCount, finishReason }: ChatExtent): Buffer {
  const usage = request.isUsageWanted
    ? event(`{${ABOUT},"object":"chat.completion.chunk","choices":[],"usage":${usageJson(request, tokenCount)}}`)
    : "";
  const text = `${choiceEvent("{}", JSON.stringify(finishReason))}${usage}${event("[DONE]")}`;
  return Buffer.concat([chunkOctets(text), Buffer.from("0\r\n\r\n")]);
}

/** The same completion in one piece. */
export function wholeCompletion(request: ChatRequest, { tokenCount, finishReason }: ChatExtent): Buffer {
  const message = JSON.stringify({ role: "assistant", content: TOKEN.repeat(tokenCount) });
  const choice = `{"index":0,"message":${message},"finish_reason":"${finishReason}"}`;
  const usage = usageJson(request, tokenCount);
  return answerOctets(200, `{${ABOUT},"object":"chat.completion","choices":[${choice}],"usage":${usage}}`);
}

function choiceEvent(delta: string, finishReason: string): string {
  const choice = `{"index":0,"delta":${delta},"finish_reason":${finishReason}}`;
  return event(`{${ABOUT},"object":"chat.completion.chunk","choices":[${choice}]}`);
}

function event(data: string): string {
  return `data: ${data}\n\n`;
}

function usageJson({ promptTokenCount }: ChatRequest, tokenCount: number): string {
  return JSON.stringify({
    prompt_tokens: promptTokenCount,
    completion_tokens: tokenCount,
    total_tokens: promptTokenCount + tokenCount,
  });
}
