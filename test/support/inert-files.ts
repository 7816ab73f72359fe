/** Whether a result file does nothing where people open it: in a spreadsheet, a CI log, a merge request, a browser. */
import { parse } from "csv-parse/sync";
import { expect } from "vitest";
import { acting } from "./hostile-texts.ts";

/** Every row has every column, and no cell but a number is a formula. */
export function expectInertCsv(name: string, text: string): void {
  expect(acting(text.replaceAll("\r\n", "\n")), name).toBe("");
  const rows: string[][] = parse(text, { record_delimiter: "\r\n" });
  expect(rows.length, name).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row.length, name).toBe(rows[0]!.length);
    for (const cell of row) if (!/^-?[\d.]+(?:e[+-]?\d+)?$/.test(cell)) expect(cell, name).not.toMatch(FORMULA);
  }
}

const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** No markup, link, mention, image or heading but ours, and every table has its columns in every row. */
export function expectInertMarkdown(name: string, text: string, headings: RegExp): void {
  // Our own word joiner after an @ keeps a name from mentioning anybody.
  expect(acting(text.replaceAll("@\u2060", "@")), name).toBe("");
  const lines = text.split("\n");
  for (const line of lines.filter((one) => /^\s{0,3}#/.test(one))) expect(line, name).toMatch(headings);
  for (const line of lines) {
    const plain = line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, "").replace(/\\[!-/:-@[-`{-~]/g, "");
    expect(plain, name).not.toMatch(/<[a-z!/?]|\]\(|!\[|\bhttps?:\/\/|\bwww\.|(?<!\w)@\w/i);
  }
  let columnCount = 0;
  for (const line of lines) {
    const cellCount = line.startsWith("|") ? line.match(/(?<!\\)\|/g)!.length : 0;
    if (columnCount > 0 && cellCount > 0) expect([name, line, cellCount]).toEqual([name, line, columnCount]);
    columnCount = cellCount;
  }
}

const TAG = /^<(\/?)([a-z-]+)((?: [a-z]+="[^"<>]*")*)(\/?)>/;

/** Well formed, of these elements only. */
export function expectInertXml(name: string, text: string, elements: readonly string[]): void {
  expect(acting(text), name).toBe("");
  const open: string[] = [];
  const seen = new Set<string>();
  let rest = text.replace(/^<\?xml[^<>]*\?>/, "");
  while (rest !== "") {
    const at = rest.indexOf("<");
    const content = at < 0 ? rest : rest.slice(0, at);
    expect(content, name).not.toMatch(/>|&(?!(?:amp|lt|gt|quot|apos);)/);
    rest = rest.slice(content.length);
    if (rest === "") break;
    const [tag, closing, element, , single] = TAG.exec(rest) ?? [];
    if (tag === undefined || element === undefined) throw new Error(`${name}: no tag: ${rest.slice(0, 80)}`);
    seen.add(element);
    if (closing === "/") expect(open.pop(), name).toBe(element);
    else if (single !== "/") open.push(element);
    rest = rest.slice(tag.length);
  }
  expect(open, name).toEqual([]);
  expect(
    [...seen].filter((element) => !elements.includes(element)),
    name,
  ).toEqual([]);
}

export const JUNIT_ELEMENTS = [
  ...["testsuites", "testsuite", "properties", "property"],
  ...["testcase", "failure", "error", "skipped", "system-out"],
];

/** The page's own two scripts and nothing else that runs, loads or steers. */
export function expectInertHtml(name: string, html: string): void {
  expect(html.match(/<script/g), name).toHaveLength(2);
  const [, body = ""] = /<div id="plimsoll">(.*)<\/div>\s*<script type="application\/json"/s.exec(html) ?? [];
  expect(body.length, name).toBeGreaterThan(1000);
  expect(acting(body.replaceAll("\n", " ")), name).toBe("");
  const tags = body.match(/<[^>]*>/g) ?? [];
  const elements = new Set(tags.map((tag) => /^<\/?([a-z0-9]+)/i.exec(tag)?.[1]));
  for (const element of ["script", "img", "iframe", "b", "object", "style", "link", undefined])
    expect(elements.has(element), `${name}: ${element}`).toBe(false);
  expect(
    tags.filter((tag) => /\s(?:on[a-z]+|style)=|href="(?!#)|src=/i.test(tag)),
    name,
  ).toEqual([]);
}
