/**
 * `delay.c` for machines without a C compiler: answers some ms after each request, as truly as Node's timers allow,
 * and tells at GET /truth what it really did. node delay.mjs PORT DELAY_US BODY_BYTES
 */
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";

const [port, delayUs, bodyBytes] = process.argv.slice(2).map(Number);
const page = "{}".padEnd(bodyBytes);
let servedUs = [];

function tellTruth(response) {
  servedUs.sort((a, b) => a - b);
  const at = (ratio) => Math.round(servedUs[Math.max(0, Math.ceil(ratio * servedUs.length) - 1)] ?? 0);
  const truth = { count: servedUs.length, p50Us: at(0.5), p90Us: at(0.9), p99Us: at(0.99), maxUs: at(1) };
  servedUs = [];
  response.end(JSON.stringify(truth));
}

createServer((request, response) => {
  const readMs = performance.now();
  if (request.url === "/truth") {
    tellTruth(response);
    return;
  }
  request.resume();
  setTimeout(() => {
    response.end(page);
    servedUs.push((performance.now() - readMs) * 1000);
  }, delayUs / 1000);
}).listen(port, "127.0.0.1");
