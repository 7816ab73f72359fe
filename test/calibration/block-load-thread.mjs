/** Preloaded into the tool by `NODE_OPTIONS`: blocks the event loops of its threads for 200 ms after 1 s, then every 5 s. */
import { isMainThread } from "node:worker_threads";

function block() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
}

if (!isMainThread) {
  setTimeout(block, 1000).unref();
  setInterval(block, 5000).unref();
}
