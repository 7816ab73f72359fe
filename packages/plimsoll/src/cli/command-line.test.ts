import { expect, test } from "vitest";
import { rerunCommand } from "./command-line.ts";

test("neither the seed nor --resume is part of the command: what runs, and what reports it, add them where they belong", () => {
  const args = ["find", "plimsoll.yaml", "--seed", "7", "--resume", "--slo", "p95<500ms", "--seed=8"];
  expect(rerunCommand(args)).toBe("plimsoll find plimsoll.yaml --slo 'p95<500ms'");
});
