import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { vectorToBase64, vectorToJson } from "./vector-text.ts";

test("base64 holds little-endian 32-bit floats", () => {
  // 1.0 is 0x3f800000 and -2.0 is 0xc0000000; the lowest byte comes first.
  expect(vectorToBase64(Float32Array.from([1, -2]))).toBe(
    Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]).toString("base64"),
  );
});

test("JSON holds the shortest digits that are enough", () =>
  expect(vectorToJson(Float32Array.from([0.5, -0.1, 0]))).toBe("[0.5,-0.100000001,0]"));

describe("laws", () => {
  const vectors = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 16 });

  test("reading the JSON back gives the same floats", () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const positiveZeros = vector.map((value) => value + 0);
        expect(Float32Array.from(JSON.parse(vectorToJson(vector)))).toEqual(positiveZeros);
      }),
    );
  });

  test("reading the base64 back gives the same floats", () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const bytes = Buffer.from(vectorToBase64(vector), "base64");
        expect(vector.map((_, i) => bytes.readFloatLE(i * 4))).toEqual(vector);
      }),
    );
  });
});
