/** How texts of the terminal are laid out: their width, their sections, and a text beside its mark. */
import { wrapText } from "./text-table.ts";

const LEAST_WIDTH = 60;

/** Cells a line may take; narrower terminals break the lines themselves. */
export function layoutWidth(columns: number): number {
  return Math.max(LEAST_WIDTH, columns);
}

/** Sections with an empty line between them, those without lines left out, ended by a line break. */
export function joinSections(sections: readonly (readonly string[])[]): string {
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** A text in lines, the first beside its mark, the others under it. */
export function markedLines(mark: string, text: string, width: number): string[] {
  const [first = "", ...more] = wrapText(text, width - 4);
  return [`  ${mark} ${first}`, ...more.map((line) => `    ${line}`)];
}
