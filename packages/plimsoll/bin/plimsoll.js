#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`plimsoll needs Node 20.19 or newer; this is ${process.version}.\n`);
  process.exit(2);
}
const { main } = await import("../dist/main.js").catch((error) => {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  process.stderr.write("plimsoll is not built yet: run `npm run build` in its checkout.\n");
  process.exit(2);
});
await main(process.argv.slice(2));
