/** A document as one of the server's streams tells it: kept up to date, and how the connection is. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { JsonValue } from "../../../plimsoll/src/base/json.ts";
import { applyPatch } from "../../../plimsoll/src/live/json-patch.ts";
import type { LiveEvents } from "../../../plimsoll/src/live/live-event.ts";
import { type Problem, read } from "./server.ts";

/** `ended`: the document stays as it is; `gone`: there is no such thing (any more). */
export type Connection = "connecting" | "open" | "lost" | "ended" | "gone";

export interface DocumentStream<T> {
  readonly document: ReadonlySignal<T | undefined>;
  readonly connection: ReadonlySignal<Connection>;
  /** Why the server refuses it, while it does. */
  readonly problem: ReadonlySignal<Problem | undefined>;
  /** When the last event came, on the clock of `performance.now()`. */
  readonly heardAtMs: () => number;
  readonly end: () => void;
}

/** Whether a document is of the schema that this page knows: the server is of the same build. */
export type DocumentGuard<T> = (value: unknown) => value is T;

/** How long until a stream that the server refused is tried again. */
const AGAIN_MS = 1_000;

/** Follows what `path` tells until it ends or `end` is called; a lost connection is taken up where it was. */
export function followDocument<T>(path: string, isDocument: DocumentGuard<T>): DocumentStream<T> {
  return new Follower(path, isDocument);
}

class Follower<T> implements DocumentStream<T> {
  readonly document: Signal<T | undefined> = signal(undefined);
  readonly connection: Signal<Connection> = signal("connecting");
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  readonly #path: string;
  readonly #isDocument: DocumentGuard<T>;
  #held: { readonly n: number; readonly document: JsonValue } | undefined;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heardAtMs = performance.now();
  #isOver = false;

  constructor(path: string, isDocument: DocumentGuard<T>) {
    this.#path = path;
    this.#isDocument = isDocument;
    this.#open();
  }

  heardAtMs(): number {
    return this.#heardAtMs;
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  /** The browser itself comes back with the last event's id; a stream opened anew tells it in the address. */
  #open(): void {
    if (this.#isOver) return;
    const after = this.#held === undefined ? "" : `?after=${this.#held.n}`;
    const source = new EventSource(`${this.#path}/events${after}`);
    this.#source = source;
    source.onopen = () => {
      this.#heardAtMs = performance.now();
      this.connection.value = "open";
      this.problem.value = undefined;
    };
    source.onerror = () => {
      this.connection.value = "lost";
      // Refused, so that the browser does not come back by itself.
      if (source.readyState === EventSource.CLOSED) void this.#lookWhy();
    };
    source.addEventListener("snapshot", ({ data }) => this.#take(data));
    source.addEventListener("patch", ({ data }) => this.#change(JSON.parse(data)));
    source.addEventListener("end", ({ data }) => {
      this.#take(data);
      this.end();
      this.connection.value = "ended";
    });
  }

  #take(data: string): void {
    const { n, document } = JSON.parse(data);
    this.#show(n, document);
  }

  #change({ n, after, patch }: LiveEvents["patch"]): void {
    const held = this.#held;
    if (held?.n === after) this.#show(n, applyPatch(held.document, patch));
    else this.#openAnew();
  }

  /** What came does not follow what is held, so the whole is wanted. */
  #openAnew(): void {
    this.#source?.close();
    this.#held = undefined;
    this.#open();
  }

  #show(n: number, document: JsonValue): void {
    this.#heardAtMs = performance.now();
    this.#held = { n, document };
    if (this.#isDocument(document)) this.document.value = document;
  }

  async #lookWhy(): Promise<void> {
    const answer = await read(this.#path);
    if (this.#isOver) return;
    this.problem.value = answer.isOk ? undefined : answer.problem;
    if (!answer.isOk && answer.problem.status === 404) {
      this.end();
      this.connection.value = "gone";
    } else this.#timer = setTimeout(() => this.#open(), AGAIN_MS);
  }
}
