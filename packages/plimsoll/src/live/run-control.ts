/** Orders to a run that goes on in another process, through the socket that it tells of in its lock file. */
import { connect } from "node:net";
import { PlimsollError } from "../base/errors.ts";
import { readResultsOwner } from "../records/journal-file.ts";

/** What a run can be told while it goes. */
export type RunOrder =
  | { readonly do: "stop" | "pause" | "resume" }
  | { readonly do: "steer"; readonly users: number }
  | { readonly do: "steer"; readonly ratePerSec: number };

const ANSWER_WITHIN_MS = 5_000;
const MAX_ANSWER_CHARACTERS = 64 * 1024;

/**
 * Hands one order to the run in `dir` and waits until it has taken it.
 * @throws RUN_NOT_STEERABLE when no run goes there, it does not answer, or it refuses
 */
export async function orderRun(dir: string, order: RunOrder): Promise<void> {
  const owner = await readResultsOwner(dir);
  if (owner === undefined) throw notSteerable("the run is over");
  if (owner.control === undefined) throw notSteerable(`process ${owner.pid} takes no orders yet`);
  const line = await ask(owner.control, `${JSON.stringify({ id: 1, ...order, who: "page" })}\n`);
  const answer = parseAnswer(line);
  if (!answer.ok) throw notSteerable(answer.message);
}

/** The first line that comes back. @throws RUN_NOT_STEERABLE */
function ask(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(line));
    let text = "";
    const fail = (why: string) => {
      socket.destroy();
      reject(notSteerable(`the run gave no answer: ${why}`));
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => fail(`none within ${ANSWER_WITHIN_MS / 1000} s`));
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const end = text.indexOf("\n");
      if (end >= 0) {
        socket.end();
        resolve(text.slice(0, end));
      } else if (text.length > MAX_ANSWER_CHARACTERS) fail("it is too long");
    });
    socket.once("error", (error) => fail(error.message));
    socket.once("close", () => fail("it hung up"));
  });
}

function parseAnswer(line: string): { readonly ok: boolean; readonly message: string } {
  try {
    const { ok, message } = JSON.parse(line);
    return { ok: ok === true, message: typeof message === "string" ? message : "the run refused" };
  } catch {
    return { ok: false, message: "the run's answer is not JSON" };
  }
}

function notSteerable(message: string): PlimsollError {
  return new PlimsollError("RUN_NOT_STEERABLE", message);
}
