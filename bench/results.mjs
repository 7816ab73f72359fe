/** Rows as text: for the terminal and for RESULTS.md, the same Markdown. */
import { isDisturbed } from "./machine.mjs";

const MARKS = new Map([
  [true, "✓ met"],
  [false, "✗ missed"],
  [undefined, "stated"],
  ["not measured", "–"],
]);

/** The whole of RESULTS.md. */
export function renderResults({ date, command, machine, peers, missing, unquiet, rows }) {
  const targets = rows.flatMap(({ name, result }) =>
    result.targets.map(({ what, limit, measured, isMet }) => [name, what, limit, measured, markOf(isMet, result)]),
  );
  return `${[
    "# Benchmark results",
    "Generator on one core, target on the other, contenders taking turns; medians with (least–greatest) of the rounds. Written by `npm run bench`; how and why: `bench/rows.mjs`.",
    [
      `- ${date}, \`${command}\``,
      ...machine.map((line) => `- ${line}`),
      `- peers: ${peers.join(", ")}`,
      ...missingLine(missing),
    ].join("\n"),
    ...(unquiet.length === 0 ? [] : [`**Provisional**: the machine was not quiet: ${unquiet.join("; ")}.`]),
    "## Targets",
    renderTable(["row", "what", "target", "measured", ""], targets),
    ...rows.map(renderRow),
  ].join("\n\n")}\n`;
}

/** One row with its table and what to know about it. */
export function renderRow({ name, title, result, seconds }) {
  const { table, notes } = result;
  return [
    `## ${name}: ${title}`,
    renderTable(table.head, table.rows),
    [...notes, ...quietLine(result), `Took ${seconds} s.`].map((note) => `- ${note}`).join("\n"),
  ].join("\n\n");
}

/** Whether a target was met; a disturbed row proves neither. */
function markOf(isMet, result) {
  return MARKS.get(isMet) + (isDisturbed(result) && typeof isMet === "boolean" ? ", provisional" : "");
}

/** How much others disturbed the row, where that was watched. */
function quietLine(result) {
  const { foreignRatio } = result;
  if (foreignRatio === undefined) return [];
  const mark = isDisturbed(result) ? ": **provisional**" : "";
  return [`Others on the machine took at most ${(100 * foreignRatio).toFixed(0)} % of a core in any round${mark}.`];
}

export function renderTargets(targets) {
  return targets
    .map(({ what, limit, measured, isMet }) => `  ${MARKS.get(isMet).padEnd(9)} ${what}: ${measured}, target ${limit}`)
    .join("\n");
}

function missingLine(missing) {
  return missing.length === 0 ? [] : [`- not on PATH, so not measured: ${missing.join(", ")}`];
}

function renderTable(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
