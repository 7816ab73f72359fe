/** Whole answers as octets, made once where they do not change. */

const REASON: Readonly<Record<number, string>> = {
  200: "OK",
  302: "Found",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export const JSON_TYPE = "application/json";
export const EVENT_STREAM_TYPE = "text/event-stream";

/** Status line and fields, with the empty line. */
export function headText(status: number, fields: readonly string[]): string {
  return [`HTTP/1.1 ${status} ${REASON[status] ?? "Simulated"}`, ...fields, "", ""].join("\r\n");
}

/** A JSON answer; statuses 429 and 503 carry Retry-After. */
export function answerOctets(status: number, body: string, retryAfterSec = 1): Buffer {
  const isLater = status === 429 || status === 503;
  const hasBody = status !== 304 && status !== 204;
  const fields = [
    ...(hasBody ? [`content-type: ${JSON_TYPE}`, `content-length: ${Buffer.byteLength(body)}`] : []),
    ...(isLater ? [`retry-after: ${retryAfterSec}`] : []),
  ];
  return Buffer.from(headText(status, fields) + (hasBody ? body : ""));
}

/** JSON of exactly so many octets; `0`: none. */
export function jsonOfSize(sizeBytes: number): string {
  const frame = '{"data":""}';
  if (sizeBytes < frame.length) return "1".repeat(sizeBytes);
  return `{"data":"${"x".repeat(sizeBytes - frame.length)}"}`;
}

/** The answer to HEAD: all but the body. */
export function withoutBody(answer: Buffer): Buffer {
  return answer.subarray(0, answer.indexOf("\r\n\r\n") + 4);
}

/** One chunk of a chunked body. */
export function chunkOctets(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}
