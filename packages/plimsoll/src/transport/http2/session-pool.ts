import type { TransportFault } from "../fault.ts";
import type { Dial } from "../http1/socket.ts";
import type { TransportCounters, TransportOptions } from "../transport.ts";
import { Http2Session, MOST_STREAMS, type SessionOwner } from "./http2-session.ts";
import { SessionOpening } from "./session-opening.ts";

/** A caller's line, as the pool sees it. */
export interface SessionUser {
  /** When it asked; on the run clock. */
  readonly askedAtMs: number;
  /** A stream of this session is its own to open, now. */
  onSession(session: Http2Session): void;
  onNoSession(failure: TransportFault): void;
  destroy(): void;
}

export interface PoolOptions {
  readonly options: TransportOptions;
  readonly dial: Dial;
  readonly counters: TransportCounters;
  readonly timeoutMessage: string;
}

/**
 * The sessions that the callers of one transport share. A caller gets a stream of any session with room; another
 * session is opened when all are full, open and opening ones. While callers wait, each stream that ends is theirs in
 * the order in which they came. The last caller to be destroyed closes all sessions.
 */
export class SessionPool implements SessionOwner {
  readonly #of: PoolOptions;
  readonly #sessions = new Set<Http2Session>();
  /** Those that may have room. */
  readonly #roomy = new Set<Http2Session>();
  readonly #openings = new Set<SessionOpening>();
  readonly #users = new Set<SessionUser>();
  readonly #waiting = new Set<SessionUser>();
  #preferredAddress = 0;
  /** Streams that a session to come is taken to carry: what the last one allowed. */
  #expectedStreams = MOST_STREAMS;
  /** Closed by us, or found closed while idle, and not yet opened again. */
  #closedByUsCount = 0;
  #diedIdleCount = 0;

  constructor(of: PoolOptions) {
    this.#of = of;
  }

  get hasRoom(): boolean {
    return this.#withRoom() !== undefined;
  }

  /** `closedCount`: sessions that this caller's own end had closed before. */
  join(user: SessionUser, closedCount: number): void {
    this.#users.add(user);
    this.#closedByUsCount += closedCount;
  }

  /** Ends with a call to `onSession` or `onNoSession`, unless the caller leaves the queue before. */
  ask(user: SessionUser): void {
    const session = this.#withRoom();
    if (session !== undefined) {
      user.onSession(session);
      return;
    }
    this.#waiting.add(user);
    this.#openEnough();
  }

  leaveQueue(user: SessionUser): void {
    this.#waiting.delete(user);
  }

  /** Returns how many open sessions it closed, because no other caller is left. */
  leave(user: SessionUser): number {
    this.#waiting.delete(user);
    if (!this.#users.delete(user) || this.#users.size > 0) return 0;
    for (const opening of this.#openings) opening.cancel();
    this.#openings.clear();
    const sessions = [...this.#sessions];
    for (const session of sessions) {
      this.#forget(session);
      session.destroy();
    }
    return sessions.length;
  }

  /** Gives up all callers without a word. */
  close(): void {
    for (const user of [...this.#users]) user.destroy();
  }

  onRoom(session: Http2Session): void {
    if (!this.#sessions.has(session)) return;
    if (session.hasRoom) this.#roomy.add(session);
    this.#serve();
  }

  onRetired(session: Http2Session, isByUs: boolean): void {
    this.#roomy.delete(session);
    if (isByUs && this.#sessions.has(session)) this.#closedByUsCount += 1;
  }

  onGone(session: Http2Session): void {
    if (!this.#sessions.has(session)) return;
    if (session.isIdle && !session.isRetired) this.#diedIdleCount += 1;
    this.#forget(session);
    this.#openEnough();
  }

  #forget(session: Http2Session): void {
    this.#sessions.delete(session);
    this.#roomy.delete(session);
    this.#of.counters.socketCount -= 1;
  }

  #withRoom(): Http2Session | undefined {
    for (const session of this.#roomy) {
      if (session.hasRoom) return session;
      this.#roomy.delete(session);
    }
    return undefined;
  }

  #serve(): void {
    for (const user of this.#waiting) {
      const session = this.#withRoom();
      if (session === undefined) return;
      this.#waiting.delete(user);
      user.onSession(session);
    }
  }

  /** A session that allows no stream for now counts as one that is opening: it says so for a short time only. */
  #openEnough(): void {
    let comingCount = this.#openings.size;
    for (const session of this.#sessions) if (session.maxStreams === 0 && !session.isRetired) comingCount += 1;
    for (; comingCount * this.#expectedStreams < this.#waiting.size; comingCount++) this.#open();
  }

  #open(): void {
    const { options, dial, counters, timeoutMessage } = this.#of;
    if (this.#diedIdleCount > 0) {
      this.#diedIdleCount -= 1;
      counters.staleRetryCount += 1;
    }
    const opening = new SessionOpening({
      dial,
      options,
      timeoutMessage,
      firstAddress: this.#preferredAddress,
      onOpen: (opened) => {
        this.#openings.delete(opening);
        const session = new Http2Session(opened, `${dial.addresses[opened.addressIndex]}:${dial.port}`, this);
        this.#opened(session);
      },
      onFailed: (failure) => {
        this.#openings.delete(opening);
        this.#failed(opening, failure);
      },
    });
    this.#openings.add(opening);
  }

  #opened(session: Http2Session): void {
    const { counters } = this.#of;
    counters.socketCount += 1;
    counters.openedCount += 1;
    if (this.#closedByUsCount > 0) {
      this.#closedByUsCount -= 1;
      counters.reopenedByUsCount += 1;
    }
    this.#preferredAddress = session.addressIndex;
    if (session.maxStreams > 0) this.#expectedStreams = session.maxStreams;
    this.#sessions.add(session);
    if (session.hasRoom) this.#roomy.add(session);
    this.#serve();
    this.#openEnough();
  }

  /** Fails those for whom it was opened: as many as it would have carried, of those who waited when it began. */
  #failed({ startedAtMs }: SessionOpening, failure: TransportFault): void {
    const failed = [...this.#waiting].filter(({ askedAtMs }) => askedAtMs <= startedAtMs);
    for (const user of failed.slice(0, this.#expectedStreams)) {
      this.#waiting.delete(user);
      user.onNoSession(failure);
    }
    this.#openEnough();
  }
}
