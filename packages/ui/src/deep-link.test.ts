import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashOf, type Place, placeOf } from "./deep-link.ts";

const NASTY = '=cmd|"/C calc"!A0 <img src=x onerror=alert(1)> & ü #%';
const RUN = {
  profiles: [
    { name: "ramp up", durationMs: 60_000, tasks: [{ name: "embed" }, { name: NASTY }] },
    { name: "spike", durationMs: 60_000, tasks: [{ name: "embed" }] },
  ],
};
const NOTHING: Place = { profile: undefined, task: undefined, at: undefined, range: undefined };

describe("reading an address", () => {
  test("task, profile and time", () => {
    expect(placeOf("#task=embed&profile=spike&from=12&to=30.5", RUN)).toEqual({
      profile: "spike",
      task: "embed",
      at: "spike",
      range: { from: 12, to: 30.5 },
    });
  });

  test("in a run of one profile the time needs no name", () => {
    const one = { profiles: RUN.profiles.slice(1) };
    expect(placeOf("#from=1&to=2", one)).toEqual({ ...NOTHING, at: "spike", range: { from: 1, to: 2 } });
    expect(placeOf("#from=1&to=2", RUN)).toEqual(NOTHING);
  });

  test.each([
    ["nothing", ""],
    ["an empty one", "#"],
    ["an anchor", "#run"],
    ["a profile's anchor", "#profile-1"],
    ["an endless one", `#task=${"x".repeat(20_000)}`],
  ])("%s is no link to a view", (_, hash) => {
    expect(placeOf(hash, RUN)).toBeUndefined();
  });

  test.each([
    "#task=nothing",
    "#profile=__proto__&task=constructor",
    "#task=<img src=x onerror=alert(1)>",
    "#profile=%E0%A4%A&x=%",
    "#at=spike&from=5",
    "#at=spike&from=30&to=12",
    "#at=spike&from=1&to=1",
    "#at=spike&from=-1&to=5",
    "#at=spike&from=NaN&to=Infinity",
    "#at=spike&from=0x1&to=0x9",
    "#at=spike&from=1e3&to=1e9",
    "#at=spike&from=60&to=70",
  ])("%s shows the page as it opens", (hash) => {
    expect(placeOf(hash, RUN)).toEqual(NOTHING);
  });
});

describe("writing an address", () => {
  test("the page as it opens has none", () => {
    expect(hashOf(NOTHING)).toBe("");
  });

  test("a profile that is only zoomed is told apart from one that is shown alone", () => {
    const zoomed = { ...NOTHING, at: "spike", range: { from: 3.21654, to: 9 } };
    expect(hashOf(zoomed)).toBe("#at=spike&from=3.217&to=9");
    expect(hashOf({ ...zoomed, profile: "spike" })).toBe("#profile=spike&from=3.217&to=9");
  });
});

describe("laws", () => {
  test("what was written reads back, whatever the names are", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    const seconds = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(name, name, seconds, seconds, (profile, task, from, lengthSec) => {
        const run = { profiles: [{ name: profile, durationMs: 1e12, tasks: [{ name: task }] }] };
        const place = { profile, task, at: profile, range: { from: from / 8, to: from / 8 + 1 + lengthSec } };
        expect(placeOf(hashOf(place), run)).toEqual(place);
      }),
    );
    expect(placeOf(hashOf({ ...NOTHING, task: NASTY }), RUN)?.task).toBe(NASTY);
  });

  test("no text makes it throw or point at what is not there", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const place = placeOf(`#task=${text}&from=${text}&to=${text}`, RUN) ?? NOTHING;
        expect([undefined, "embed", NASTY]).toContain(place.task);
      }),
    );
  });
});
