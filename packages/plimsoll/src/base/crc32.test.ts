import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32, crc32Hex } from "./crc32.ts";

test("the check value of the standard", () => {
  expect(crc32Hex(new TextEncoder().encode("123456789"))).toBe("cbf43926");
});

test("law: agrees with zlib on any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => crc32(bytes) === zlibCrc32(bytes)));
});
