import { expect, test } from "vitest";
import { replayCommand, rerunCommand } from "./command-line.ts";

test("neither the seed nor --resume is part of the command: what runs, and what reports it, add them where they belong", () => {
  const args = ["find", "plimsoll.yaml", "--seed", "7", "--resume", "--slo", "p95<500ms", "--seed=8"];
  expect(rerunCommand(args)).toBe("plimsoll find plimsoll.yaml --slo 'p95<500ms'");
});

test("the command to run it again is the one that was given, but for its seed and what must not be seen", () => {
  const args = ["run", "my spec.yaml", "--seed", "7", "--header", "Authorization: Bearer x", "--users=3"];
  expect(rerunCommand(args)).toBe("plimsoll run 'my spec.yaml' --header 'Authorization: ***' --users=3");
});

test("the command to run it as it went names the folder that it left, and no run before it", () => {
  expect(replayCommand(["run", "--seed=7", "--out", "b c", "--replay", "a"], "b c")).toBe(
    "plimsoll run --out 'b c' --replay 'b c'",
  );
  expect(rerunCommand(["run", "--replay", "a"])).toBe("plimsoll run --replay a");
});
