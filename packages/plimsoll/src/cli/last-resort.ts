/** What becomes of a fault that nobody expected: said without secrets, what was measured saved, exit code 70. */
import { PlimsollError } from "../base/errors.ts";
import { EXIT } from "../base/exit-codes.ts";
import { describeError } from "./console.ts";
import { renderErrorJson } from "./error-json.ts";

/** Something that a command has begun and that would be lost with the process. */
export interface Unsaved {
  /** Called first: gives the terminal back. */
  readonly leave: () => void;
  readonly save: () => Promise<void>;
  /** Where it is then; a sentence for standard error. */
  readonly kept: string;
}

/** How the process ends; given in, so that a test need not end its own. */
export interface Ending {
  readonly write: (text: string) => void;
  /** For standard output. */
  readonly answer: (text: string) => void;
  readonly exit: (code: number) => void;
  /** A save may hang on what has failed. */
  readonly saveWithinMs: number;
}

const PROCESS_ENDING: Ending = {
  write: (text) => void process.stderr.write(text),
  answer: (text) => void process.stdout.write(text),
  exit: (code) => process.exit(code),
  saveWithinMs: 2000,
};

/** Of the process as a whole, as its uncaught faults are. */
export class LastResort {
  readonly #ending: Ending;
  readonly #unsaved = new Set<Unsaved>();
  readonly #redactors: ((text: string) => string)[] = [];
  #isFalling = false;
  #isAnswerDue = false;

  constructor(ending: Ending = PROCESS_ENDING) {
    this.#ending = ending;
  }

  /** From here on every fault is told as `redact` leaves it. */
  hide(redact: (text: string) => string): void {
    this.#redactors.push(redact);
  }

  /** From here on a fault is told on standard output too, as the JSON document that is expected there. */
  oweAnswer(): void {
    this.#isAnswerDue = true;
  }

  /** There is a document now: a fault after it is told on standard error alone. */
  settleAnswer(): void {
    this.#isAnswerDue = false;
  }

  /** Is saved if the process falls before the returned function is called. */
  hold(unsaved: Unsaved): () => void {
    this.#unsaved.add(unsaved);
    return () => void this.#unsaved.delete(unsaved);
  }

  /** Writes the fault to standard error; returns the exit code that goes with it. */
  tell(error: unknown): number {
    this.#ending.write(this.#redact(describeError(error)));
    this.answerWith(error);
    return error instanceof PlimsollError ? error.exitCode : EXIT.internal;
  }

  /** The document on standard output, where one is due, for a fault that standard error tells already. */
  answerWith(error: unknown): void {
    if (this.#isAnswerDue) this.#ending.answer(renderErrorJson(error, (text) => this.#redact(text)));
    this.settleAnswer();
  }

  #redact(text: string): string {
    return this.#redactors.reduce((told, redact) => redact(told), text);
  }

  /** For a fault that no caller waits for. Nothing of the process can be trusted any more: it saves and ends. */
  async fall(error: unknown): Promise<void> {
    // What fails meanwhile fails because of the first.
    if (this.#isFalling) return;
    this.#isFalling = true;
    for (const { leave } of this.#unsaved) attempt(leave);
    const code = this.tell(error);
    await Promise.race([Promise.all([...this.#unsaved].map((each) => this.#save(each))), this.#patience()]);
    this.#ending.exit(code);
  }

  async #save({ save, kept }: Unsaved): Promise<void> {
    try {
      await save();
      this.#ending.write(`  ${kept}\n`);
    } catch {
      // The fault has been told; that there is less to read shows on reading it.
    }
  }

  #patience(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.#ending.saveWithinMs));
  }
}

/** The fault itself has been told, or will be; what fails in its wake is not worth a word. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // See above.
  }
}

/** That of this process. */
export const lastResort = new LastResort();

/** From here on an exception in a timer, an event or a forgotten promise ends the process in good order. */
export function catchFaults(): void {
  process.on("uncaughtException", (error) => void lastResort.fall(error));
}
