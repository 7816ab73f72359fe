/** The process behind `startCalibratedTarget`: plain Node on a raw socket, with nothing of Plimsoll's in it. */
import { createServer } from "node:net";

const { serviceMs, freeze } = JSON.parse(process.argv[2]);
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"ok":true}';
const arrivalsMs = [];
const answersMs = [];
const freezes = [];

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => {});
  let pending = "";
  socket.setEncoding("latin1").on("data", (text) => {
    pending += text;
    for (let end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
      pending = pending.slice(end + 4);
      received(socket);
    }
  });
});

function received(socket) {
  if (arrivalsMs.length === 0 && freeze !== undefined) setTimeout(freezeOnce, freeze.atMs);
  const number = arrivalsMs.push(performance.now()) - 1;
  if (serviceMs !== undefined) setTimeout(() => answer(socket, number), serviceMs);
}

function answer(socket, number) {
  socket.write(ANSWER);
  answersMs[number] = performance.now();
}

/** Blocks the whole process: nothing is read, accepted or answered, and no timer fires. */
function freezeOnce() {
  const startedAtMs = performance.now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, freeze.forMs);
  freezes.push({ fromMs: startedAtMs, toMs: performance.now() });
  setTimeout(freezeOnce, freeze.periodMs - (performance.now() - startedAtMs));
}

process.on("message", () => process.send({ arrivalsMs, answersMs, freezes }));
process.on("disconnect", () => process.exit());
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  process.send(`http://127.0.0.1:${server.address().port}`);
});
