import { describe, expect, test } from "vitest";
import { gridCsv, gridMarkdown } from "./table-text.ts";

const GRID = [
  ["task", "p95_ms", "note"],
  ["=cmd|x", 12.345678, undefined],
  ["a|b <b>", -0.5, 'x, "y"'],
] as const;

describe("a table to take away", () => {
  test("as CSV: numbers in full, names never a formula, cells quoted where needed", () => {
    expect(gridCsv(GRID)).toBe('task,p95_ms,note\r\n\'=cmd|x,12.345678,\r\na|b <b>,-0.5,"x, ""y"""\r\n');
  });

  test("as Markdown: numbers to the right, no cell can end its column or become markup", () => {
    expect(gridMarkdown(GRID)).toBe(
      [
        "| task | p95_ms | note |",
        "| --- | ---: | --- |",
        "| \\=cmd\\|x | 12.345678 |  |",
        '| a\\|b &lt;b&gt; | -0.5 | x, "y" |\n',
      ].join("\n"),
    );
  });
});
