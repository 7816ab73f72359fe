import { expect, test } from "vitest";
import { addressOf, type Route, routeOf } from "./route-address.ts";

test.each<[string, Route]>([
  ["/", { kind: "list", query: "" }],
  ["/?q=slow+fail", { kind: "list", query: "slow fail" }],
  ["/?run=2026-11-23-0a1b2c3d", { kind: "run", id: "2026-11-23-0a1b2c3d" }],
  ["/?run=now", { kind: "now" }],
  ["/?run=now&since=1795466843000", { kind: "now", sinceMs: 1_795_466_843_000 }],
  ["/?base=a&new=b", { kind: "compare", base: "a", next: "b" }],
])("%s is the address of a view, both ways", (address, route) => {
  expect(addressOf(route)).toBe(address);
  expect(routeOf(address.slice(1))).toEqual(route);
});

test("a time that is none is left out", () => {
  expect(routeOf("?run=now&since=yesterday")).toEqual({ kind: "now" });
});

test("half a comparison is the list", () => {
  expect(routeOf("?base=a")).toEqual({ kind: "list", query: "" });
});

test("what is typed stays within its part of the address", () => {
  expect(routeOf(addressOf({ kind: "list", query: "a&run=x#y" }).slice(1))).toEqual({
    kind: "list",
    query: "a&run=x#y",
  });
});
