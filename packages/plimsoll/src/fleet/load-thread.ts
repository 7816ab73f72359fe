/** Entry of a load thread: one slice of the plan on one event loop. Started by `local-fleet.ts` from built JavaScript. */
import { parentPort, workerData } from "node:worker_threads";
import { LoadWorker } from "./load-worker.ts";
import type { FromThread, ThreadSetup, ToThread } from "./messages.ts";

const port = parentPort;
if (port === null) throw new Error("load-thread.js is started by Plimsoll, not by hand");

const setup: ThreadSetup = workerData;
const worker = await LoadWorker.start(setup, (message: FromThread) => port.postMessage(message));
port.on("message", (message: ToThread) => {
  if (message.type === "close") port.close();
  worker.obey(message);
});
