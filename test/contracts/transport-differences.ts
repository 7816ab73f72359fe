/** Where our client and undici differ on the same octets, and why; what no reason covers is a fault of one of them. */

/** What came of a reply. */
export interface Outcome {
  readonly kind: string;
  /** 0 where no head came whole. */
  readonly status: number;
  /** The kind; of a whole answer its status, body and `x-a` too. */
  readonly told: string;
}

interface Difference {
  /** What undici does otherwise, and by which rule we do not. */
  readonly reason: string;
  /** An answer to a GET that shows it. */
  readonly example: string;
  /** Octets that must be in the answer. */
  readonly text: RegExp;
  /** Kinds of outcome; any when not given. */
  readonly ours?: readonly string[];
  readonly undici?: readonly string[];
}

/** Any octets of the same head. */
const SAME_HEAD = "(?:(?!\\r\\n\\r\\n)[^])*";
const FRAMING = "content-length|transfer-encoding";
const HEAD_CUT_SHORT = new RegExp(`^(?:HTTP/1\\.[01] 1${SAME_HEAD}\\r\\n\\r\\n)*${SAME_HEAD}$`);

const OK = "HTTP/1.1 200 OK\r\n";
const LENGTH_5 = `${OK}Content-Length: 5\r\n\r\nhello`;
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

export const DIFFERENCES: readonly Difference[] = [
  {
    reason: "undici skips empty lines first; a server that sends them has lost count",
    example: `\r\n${LENGTH_5}`,
    text: /^[\r\n]/,
    ours: ["protocol"],
  },
  {
    reason: "undici resets on an unasked 101",
    example: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    text: /HTTP\/1\.[01] 101/,
    ours: ["protocol", "too-large", "truncated"],
    undici: ["reset"],
  },
  {
    reason:
      "a head cut short has begun for us, and may be wrong already; for undici a response begins with a whole one",
    example: `${OK}Conte`,
    text: HEAD_CUT_SHORT,
    ours: ["truncated", "protocol"],
    undici: ["reset"],
  },
  {
    reason: "undici takes a status below 100 for an interim one, at the end of its head",
    example: "HTTP/1.1 099 X\r\nContent-Length: 5\r\n\r\nhello",
    text: /HTTP\/1\.[01] 0\d\d/,
    ours: ["protocol"],
  },
  {
    reason: "undici takes control characters in a reason (RFC 9112 §4: none)",
    example: `HTTP/1.1 200 O\u0001K\r\nContent-Length: 5\r\n\r\nhello`,
    text: /HTTP\/1\.[01] \d{3}[^\r\n]*(?:\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f])/,
    ours: ["protocol"],
  },
  {
    reason: "undici resets on 100 Continue (RFC 9110 §15.2: to be skipped)",
    example: `HTTP/1.1 100 Continue\r\n\r\n${LENGTH_5}`,
    text: /HTTP\/1\.[01] 100/,
    undici: ["reset"],
  },
  {
    reason: "undici takes codings that nobody asked for (RFC 9112 §7.4), undecoded, and chunked twice",
    example: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    text: new RegExp(
      `^transfer-encoding:(?![\\t ]*chunked\\r)|^transfer-encoding:${SAME_HEAD}^transfer-encoding:`,
      "im",
    ),
    ours: ["protocol"],
  },
  {
    reason: "undici takes chunks under HTTP/1.0 (RFC 9112 §6.1: faulty framing)",
    example: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    text: new RegExp(`HTTP/1\\.0 ${SAME_HEAD}transfer-encoding:`, "i"),
    ours: ["protocol"],
  },
  {
    reason: "undici takes framing fields among the trailers (RFC 9110 §6.5.1: not to be sent there)",
    example: `${CHUNKED}0\r\nTransfer-Encoding: chunked\r\n\r\n`,
    text: /^0+(?:;[^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*(?:content-length|transfer-encoding):/im,
    ours: ["protocol"],
  },
  {
    reason: "undici misses the body that a 204 or 304 only describes (RFC 9110 §15.4.5)",
    example: "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    text: new RegExp(`HTTP/1\\.[01] (?:204|304)${SAME_HEAD}content-length:`, "i"),
    ours: ["ok"],
    undici: ["protocol"],
  },
  {
    reason: "undici keeps blanks after a value (RFC 9112 §5.1: not part of it)",
    example: `${OK}X-A: 1 \t\r\nContent-Length: 5\r\n\r\nhello`,
    text: /[\t ]\r\n/,
    ours: ["ok"],
    undici: ["ok", "protocol"],
  },
  {
    reason: "undici counts octets as they come, we refuse a length over the limit at once",
    example: `${OK}Content-Length: 5000\r\n\r\nhello`,
    text: /^(?:content-length:\s*\d{4,}|[0-9a-f]{4,16}[;\r])/im,
    ours: ["too-large"],
    undici: ["truncated", "protocol"],
  },
  {
    reason: "undici counts lengths in 64 bits, we as far as numbers are exact",
    example: `${CHUNKED}7FFFFFFFFFFFFFFF\r\nhello`,
    text: /^(?:content-length:\s*\d{16,}|[0-9a-f]{14,})/im,
    ours: ["protocol"],
  },
  {
    reason: "undici judges what frames a body octet by octet, we at the end of its line",
    example: `${OK}Content-Length: five`,
    text: new RegExp(
      `^content-length:[\\t ]*(?![\\t ]|\\d{1,16}\\r\\n)|^(${FRAMING}):${SAME_HEAD}^(${FRAMING}):`,
      "im",
    ),
    ours: ["truncated", "too-large", "protocol"],
    undici: ["protocol"],
  },
  {
    reason: "undici does not limit chunk extensions",
    example: `${CHUNKED}5;${"x".repeat(9000)}\r\nhello\r\n0\r\n\r\n`,
    text: /;[^\r\n]{1000}/,
    ours: ["too-large"],
  },
  {
    reason: "undici measures a field when it has come whole, and may find it wrong first; a reason it does not measure",
    example: `HTTP/1.1 200 ${"x".repeat(9000)}\r\nContent-Length: 5\r\n\r\nhello`,
    text: /[^\r\n]{2000}/,
    ours: ["too-large"],
    undici: ["protocol", "ok"],
  },
  {
    reason: "undici refuses extensions of odd shapes; they are not for us (RFC 9112 §7.1.1: to be ignored)",
    example: `${CHUNKED}5;\r\nhello\r\n0\r\n\r\n`,
    text: /^[0-9a-f]+;/im,
    undici: ["protocol"],
  },
  {
    reason: "undici tells a body cut short as one of another length where the connection was to close",
    example: `${OK}Connection: close\r\nContent-Length: 5\r\n\r\nhel`,
    text: /HTTP\/1\.0|^connection:/im,
    ours: ["truncated"],
    undici: ["protocol"],
  },
];

/** Why the two outcomes of the same octets may differ; undefined when nothing says so. */
export function reasonFor(text: string, ours: Outcome, undici: Outcome): string | undefined {
  return DIFFERENCES.find(
    (difference) =>
      difference.text.test(text) &&
      (difference.ours?.includes(ours.kind) ?? true) &&
      (difference.undici?.includes(undici.kind) ?? true),
  )?.reason;
}
