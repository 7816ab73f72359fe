/** Responses as no sound server sends them, and some as one does; each character is one octet. */
import fc from "fast-check";
import {
  TOO_LARGE,
  TRUNCATIONS,
  VIOLATIONS,
  WHOLE,
} from "../../packages/plimsoll/src/transport/http1/response-examples.ts";

/** Small, so that going over them costs little. Nothing here comes near them: it is well within, or far beyond. */
export const FUZZ_LIMITS = { maxHeaderBytes: 2048, maxBodyBytes: 4096 };
const FAR_BEYOND = 3 * 4096;

/** What a server answers to one request, and in which packets. */
export interface Reply {
  readonly method: "GET" | "HEAD";
  readonly text: string;
  /** Where the text is cut into packets, modulo its length; `each`: after every octet. */
  readonly cuts: readonly number[] | "each";
}

/** The pieces of a text, in order. */
export function pieces(text: string, cuts: Reply["cuts"]): string[] {
  if (cuts === "each") return Array.from(text);
  const points = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return points.slice(1).map((point, index) => text.slice(points[index], point));
}

const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: odd });

const word = fc.string({ unit: fc.constantFrom(..."abcdefXYZ019 \r\n;:,"), maxLength: 24 });
const token = fc.string({ unit: fc.constantFrom(..."abz-XY09"), minLength: 1, maxLength: 8 });

const statusLine = rarely(
  fc.constantFrom(
    "HTTP/1.1 200 OK",
    "HTTP/1.1 200 ",
    "HTTP/1.1 200",
    "HTTP/1.0 200 OK",
    "HTTP/1.1 503 Busy",
    "HTTP/1.1 429 X",
  ),
  fc.constantFrom(
    "HTTP/1.1 204 No Content",
    "HTTP/1.1 304 Not Modified",
    "HTTP/1.1 999 X",
    "HTTP/1.1 099 X",
    "HTTP/1.1 2000 OK",
    "HTTP/1.1 20 OK",
    "HTTP/1.1  200 OK",
    "HTTP/1.2 200 OK",
    "HTTP/2 200",
    "http/1.1 200 OK",
    "HTTP/1.1 200\tOK",
    "",
    "SSH-2.0-OpenSSH_9.2",
  ),
);

const interim = fc.constantFrom(
  "HTTP/1.1 103 Early Hints\r\nX-A: 0\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
);

const field = rarely(
  fc.oneof(
    fc.tuple(token, fc.constantFrom(":", ": ", ":\t "), token).map((parts) => parts.join("")),
    fc.constantFrom("X-A: 1", "x-a: two words", "Connection: close", "Connection: keep-alive", "Connection: a, Close"),
  ),
  fc.oneof(
    fc.constantFrom(
      "X-A : 1",
      ": 1",
      " folded",
      "X(A): 1",
      "no colon",
      "X-A: \0",
      "X-A: 1\n",
      "X-A: 1\r2",
      "X-A: \u00e9",
    ),
    fc.constantFrom("Content-Length: 3", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Upgrade: h2c"),
    fc.constantFrom("X-A", "Connection", "Content-Length").map((name) => `${name}: ${"x".repeat(FAR_BEYOND)}`),
  ),
);

interface Framed {
  readonly fields: readonly string[];
  readonly body: string;
}

const byLength = fc
  .tuple(word, fc.constantFrom("Content-Length: ", "content-length:", "Content-Length: 000"))
  .map(([body, name]): Framed => ({ fields: [`${name}${body.length}`], body }));

const wrongLength = fc
  .tuple(
    word,
    fc.constantFrom("3", "50", "5, 5", "+5", "-5", "0x5", "", "5 5", "five", "5000", "9007199254740993", "4294967301"),
    fc.constantFrom<readonly string[]>([], ["Content-Length: 5"], ["Transfer-Encoding: chunked"]),
    fc.boolean(),
  )
  .map(([body, length, others, isFirst]): Framed => {
    const wrong = `Content-Length: ${length}`;
    return { fields: isFirst ? [wrong, ...others] : [...others, wrong], body };
  });

/** A chunk's size as written, from its right hexadecimal digits. */
type WriteSize = (hex: string) => string;
const chunkSize: fc.Arbitrary<WriteSize> = fc.oneof(
  fc
    .constantFrom(
      ...["", "5 ", " 5", "0x5", "-5", "+5", "g", "FFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFFF", "80000005", "1001", "5000"],
      ...["20000000000005", "7FFFFFFFFFFFFFFF", "00000000000000005", "0000000000000005"],
    )
    .map((size) => () => size),
  // Right where 32 or 64 bits are all that is kept.
  fc.constantFrom(8, 16).map(
    (digitCount): WriteSize =>
      (hex) =>
        `1${hex.padStart(digitCount, "0")}`,
  ),
);
const extension = rarely(
  fc.constantFrom("", "", ";a=b", ';c="d e"', ";"),
  fc.constantFrom(";=", ";a=\0", "; \t", ";\u00e9", `;${"x".repeat(FAR_BEYOND)}`, "a;b"),
);
const chunk = fc
  .record({
    data: word,
    extension,
    size: rarely(fc.constant(undefined), chunkSize),
    end: rarely(fc.constant("\r\n"), fc.constantFrom("", "\n", "x\r\n", "\r")),
  })
  .filter(({ data, size }) => data !== "" || size !== undefined)
  .map(({ data, extension, size = (hex: string) => hex, end }) => {
    return `${size(data.length.toString(16))}${extension}\r\n${data}${end}`;
  });
const trailers = rarely(
  fc.constant(""),
  field.map((line) => `${line}\r\n`),
);
const byChunks = fc
  .tuple(
    fc.constantFrom("Transfer-Encoding: chunked", "TRANSFER-ENCODING:Chunked"),
    fc.array(chunk, { maxLength: 4 }),
    rarely(fc.constant("0\r\n"), fc.constantFrom("", "0;x\r\n", "000\r\n", "0\n")),
    trailers,
  )
  .map(([coding, chunks, last, rest]): Framed => ({ fields: [coding], body: `${chunks.join("")}${last}${rest}\r\n` }));
const oddCoding = fc
  .tuple(
    fc.constantFrom("gzip", "gzip, chunked", "chunked, chunked", "chunked, gzip", "identity", "", "chunkedx"),
    word,
  )
  .map(
    ([coding, body]): Framed => ({
      fields: [`Transfer-Encoding: ${coding}`],
      body: `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    }),
  );
const byClose = word.map((body): Framed => ({ fields: [], body }));
const overlong = fc
  .constantFrom<readonly string[]>([], [`Content-Length: ${FAR_BEYOND}`])
  .map((fields): Framed => ({ fields, body: "x".repeat(FAR_BEYOND) }));

const framed = fc.oneof(
  { weight: 6, arbitrary: byLength },
  { weight: 8, arbitrary: byChunks },
  { weight: 3, arbitrary: wrongLength },
  { weight: 2, arbitrary: byClose },
  { weight: 1, arbitrary: oddCoding },
  { weight: 1, arbitrary: overlong },
);

const tail = rarely(
  fc.constant(""),
  fc.constantFrom("more", "\r\n", "HTTP/1.1 500 Forged\r\nContent-Length: 0\r\n\r\n"),
);

const made = fc
  .record({
    first: rarely(fc.constant(""), interim),
    statusLine,
    fields: fc.array(field, { maxLength: 3 }),
    framed,
    tail,
  })
  .map(({ first, statusLine, fields, framed, tail }) =>
    [first + statusLine, ...fields, ...framed.fields, "", framed.body + tail].join("\r\n"),
  );

const known = fc.constantFrom(
  ...Object.values(WHOLE).map(({ text }) => text),
  ...Object.values(VIOLATIONS).map(([text]) => text),
  ...Object.values(TOO_LARGE).map(([text]) => text),
  ...Object.values(TRUNCATIONS),
);

const octet = fc.oneof(
  fc.constantFrom(..."\r\n\0\t :;,0159afAFxX\u007f\u0080\u00ff"),
  fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
);
type Edit = (text: string) => string;
const at = fc.nat(400);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(at, octet).map(
    ([place, char]): Edit =>
      (text) =>
        spliced(text, place, 1, char),
  ),
  fc.tuple(at, octet).map(
    ([place, char]): Edit =>
      (text) =>
        spliced(text, place, 0, char),
  ),
  fc.tuple(at, fc.integer({ min: 1, max: 4 })).map(
    ([place, count]): Edit =>
      (text) =>
        spliced(text, place, count, ""),
  ),
  fc.tuple(at, at).map(
    ([from, to]): Edit =>
      (text) =>
        spliced(text, to, 0, text.slice(from, from + 20)),
  ),
);
const truncation = fc.nat(400).map(
  (length): Edit =>
    (text) =>
      text.slice(0, length % (text.length + 1)),
);

function spliced(text: string, place: number, removedCount: number, inserted: string): string {
  const from = place % (text.length + 1);
  return text.slice(0, from) + inserted + text.slice(from + removedCount);
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<readonly Edit[]>([]) },
  { weight: 4, arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }) },
  { weight: 2, arbitrary: truncation.map((cut) => [cut]) },
);

/** Made by a grammar with its violations, or one of the parser's examples; whole, mutated or truncated. */
export const responseText: fc.Arbitrary<string> = fc
  .tuple(fc.oneof({ weight: 4, arbitrary: made }, { weight: 1, arbitrary: known }), edits)
  .map(([text, changes]) => changes.reduce<string>((changed, change) => change(changed), text));

export const reply: fc.Arbitrary<Reply> = fc.record({
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constant("GET" as const) },
    { weight: 1, arbitrary: fc.constant("HEAD" as const) },
  ),
  text: responseText,
  cuts: fc.oneof(fc.constant([]), fc.array(fc.nat(500), { maxLength: 6 }), fc.constant("each" as const)),
});
