import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OctetStore } from "./octet-store.ts";

describe("OctetStore", () => {
  test("cleared, it is empty and can be filled anew", () => {
    const store = new OctetStore();
    store.append(new Uint8Array(3_000_000).fill(1), 0, 3_000_000);
    store.clear();
    store.append(Uint8Array.of(7, 8, 9), 1, 3);
    expect([...store.view()]).toEqual([8, 9]);
  });
});

describe("laws", () => {
  test("it holds what was appended, in order, however it grew", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 10 }), (parts) => {
        const store = new OctetStore();
        for (const part of parts) store.append(part, 0, part.length);
        expect([...store.view()]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });
});
