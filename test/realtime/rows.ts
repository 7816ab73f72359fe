/** What was measured, as rows of a table for docs/accuracy.md. */
const rows: string[][] = [];

export function tell(what: string, truth: string, measured: string): void {
  rows.push([what, truth, measured]);
}

/** Prints the table of everything told so far. */
export function printTable(): void {
  const lines = [["what", "truth", "measured"], ["---", "---", "---"], ...rows].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  process.stdout.write(`\n${lines.join("\n")}\n`);
}
