import type { JsonValue } from "../base/json.ts";
import { patchOf } from "./json-patch.ts";

const MAX_EVENTS = 120;
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** What a viewer is to be sent next, and the number it has then. */
export interface LoggedEvents {
  readonly text: string;
  readonly n: number;
  readonly isEnd: boolean;
}

/** Of a feed that was closed: its viewers go, else they would wait for ever on what has come already. */
export const NOTHING_MORE: LoggedEvents = { text: "", n: -1, isEnd: true };

interface LoggedPatch {
  readonly n: number;
  readonly after: number;
  readonly text: string;
}

/**
 * The document of one run as it was after each of the last events. Viewers draw from it what they lack: those who keep
 * up or come back soon get the patches, all others the whole document. So nobody misses a change or sees one twice, and
 * a slow viewer costs nothing but its own lateness. A document is a function of the journal up to its number, so that a
 * number means the same after this server was started anew.
 */
export class EventLog {
  #document: JsonValue | undefined;
  #n = -1;
  #patches: LoggedPatch[] = [];
  #characters = 0;
  /** The whole document as an event, while nothing came after it. */
  #whole: string | undefined;
  #isEnded = false;

  /** Number of the last journal record in the document; -1 while there is none. */
  get n(): number {
    return this.#n;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The document as it is now; undefined before the first. */
  get document(): JsonValue | undefined {
    return this.#document;
  }

  /** Takes the document as it is after record `n`; the numbers rise. */
  add(n: number, document: JsonValue): void {
    const before = this.#document;
    const after = this.#n;
    this.#document = document;
    this.#n = n;
    this.#whole = undefined;
    if (before === undefined) return;
    const patch = patchOf(before, document) ?? { o: {} };
    const text = eventText("patch", n, JSON.stringify({ n, after, patch }));
    this.#patches.push({ n, after, text });
    this.#characters += text.length;
    while (this.#patches.length > MAX_EVENTS || this.#characters > MAX_CHARACTERS)
      this.#characters -= this.#patches.shift()?.text.length ?? this.#characters;
  }

  /** Takes the document as it stays; nothing may follow. */
  finish(n: number, document: JsonValue): void {
    this.#n = n;
    this.#document = document;
    this.#whole = undefined;
    this.#patches = [];
    this.#isEnded = true;
  }

  /** What a viewer lacks whose last event was `n`; undefined when it lacks nothing. */
  since(n: number | undefined): LoggedEvents | undefined {
    if (this.#document === undefined || (n === this.#n && !this.#isEnded)) return undefined;
    const first = this.#patches.findIndex(({ after }) => after === n);
    const news = first < 0 ? [this.#wholeEvent(this.#document)] : this.#patches.slice(first).map(({ text }) => text);
    return { text: news.join(""), n: this.#n, isEnd: this.#isEnded };
  }

  #wholeEvent(document: JsonValue): string {
    const name = this.#isEnded ? "end" : "snapshot";
    this.#whole ??= eventText(name, this.#n, JSON.stringify({ n: this.#n, document }));
    return this.#whole;
  }
}

/** JSON holds no line break, so an event is three lines and an empty one. */
function eventText(name: "snapshot" | "patch" | "end", n: number, json: string): string {
  return `id: ${n}\nevent: ${name}\ndata: ${json}\n\n`;
}
