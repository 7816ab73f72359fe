import { describe, expect, test } from "vitest";
import type { KnownCapacity } from "./compared-capacity.ts";
import type { ComparedInput } from "./compared-input.ts";
import { nothingInCommon } from "./nothing-in-common.ts";

const CAPACITY: KnownCapacity = {
  by: "rate",
  promises: ["p95<500ms", "errors<1%"],
  capacity: { value: 72, low: 70, high: 74 },
};

function input(isSearch: boolean, capacity?: KnownCapacity): ComparedInput {
  return { kind: "points", facts: { name: "results", runs: [] }, results: [], isSearch, capacity, notes: [] };
}

interface Told {
  readonly base?: ComparedInput;
  readonly next?: ComparedInput;
  readonly unlike?: string;
  readonly profile?: string;
  readonly names?: { readonly base: readonly string[]; readonly next: readonly string[] };
}

function told({ base = input(false), next = input(false), unlike, profile, names = { base: [], next: [] } }: Told) {
  const { message, hint, code } = nothingInCommon({ base, next, names, unlike, profile });
  expect(code).toBe("USAGE");
  return [message, hint];
}

describe("what each side is, and what to do", () => {
  test("a search and a run, either way", () => {
    const names = { base: [], next: ["steady", "spike"] };
    expect(told({ base: input(true, CAPACITY), names })).toEqual([
      "BASE is a search for the capacity within p95<500ms and errors<1%, NEW a run (steady, spike): there is nothing that both measured",
      "Compare a search with a search (plimsoll find, with the same --by and --slo), or a run with a run of the same profiles.",
    ]);
    expect(told({ next: input(true), names: { base: ["steady"], next: [] } })[0]).toBe(
      "BASE is a run (steady), NEW a search for the capacity: there is nothing that both measured",
    );
  });

  test("two searches that were asked different things", () => {
    const unlike = "BASE was searched by requests a second, NEW by users";
    expect(told({ base: input(true, CAPACITY), next: input(true, CAPACITY), unlike })).toEqual([
      `BASE and NEW are searches that were asked different things: ${unlike}`,
      "Search one of them anew, with the --by and --slo of the other.",
    ]);
  });

  test("two searches of which one or both found nothing", () => {
    const [none, some] = [input(true), input(true, CAPACITY)];
    expect(told({ base: none, next: some })[0]).toContain("but BASE found no capacity");
    expect(told({ base: some, next: none })[0]).toContain("but NEW found no capacity");
    const [message, hint] = told({ base: none, next: none });
    expect(message).toContain("but BASE and NEW found no capacity");
    expect(hint).toContain("--resume");
  });

  test("two runs without a profile of one name", () => {
    const names = { base: ["steady"], next: ["spike"] };
    expect(told({ names })).toEqual(["no profile is in both", "BASE has: steady. NEW has: spike."]);
    expect(told({ names, profile: "soak" })[0]).toBe('no profile "soak" is in both');
  });
});
