/** YAML (and JSON, which is YAML) to plain values with places, within limits that an untrusted file cannot widen. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import type { Problem, SourcePlace } from "../base/errors.ts";
import { MAX_DEPTH, REFUSED_KEYS } from "./plain-value.ts";
import { type Path, pathText, show, specInvalid } from "./problems.ts";
import type { ReadSource } from "./source.ts";

/** What a text may hold at most. */
export interface YamlLimits {
  readonly maxChars: number;
  /** Scalars, lists and mappings, those that aliases repeat included. */
  readonly maxNodes: number;
  readonly maxAliases: number;
}

/** For specs; data belongs into data files. */
export const SPEC_LIMITS: YamlLimits = { maxChars: 1024 * 1024, maxNodes: 100_000, maxAliases: 50 };

const MAX_SYNTAX_PROBLEMS = 10;
const QUOTE_HINT = 'Within { … } quote a text that holds { or }: "/users/{{uuid}}".';
const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels`;

/**
 * Core schema, one document, no merge keys, no tags beyond the core ones, unique keys.
 *
 * @throws SPEC_INVALID with everything that is wrong with the text itself
 */
export function readYaml(text: string, file: string, limits: YamlLimits): ReadSource {
  if (text.length > limits.maxChars) {
    throw specInvalid(file, [
      { message: `${text.length} characters are too many; at most ${limits.maxChars} are read` },
    ]);
  }
  const lines = new LineCounter();
  const placeAt = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const reader = new YamlReader(limits, placeAt);
  try {
    const document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      merge: false,
      // Its own check compares every key with every other; `YamlReader` does it in linear time.
      uniqueKeys: false,
      prettyErrors: false,
      stringKeys: false,
      lineCounter: lines,
      resolveKnownTags: false,
      // Not "silent", which would also keep quiet about a second document.
      logLevel: "error",
    });
    const faults = syntaxProblems(text, document, placeAt);
    if (faults.length > 0) throw specInvalid(file, faults);
    const value = reader.value(document.contents, []);
    if (reader.problems.length > 0) throw specInvalid(file, reader.problems);
    return { value, map: { label: pathText, place: (path, end) => reader.place(document.contents, path, end) } };
  } catch (error) {
    // The parser recurses: a hundred thousand opening brackets exhaust the stack.
    if (error instanceof RangeError) throw specInvalid(file, [{ message: TOO_DEEP }]);
    throw error;
  }
}

/** Of the faults of one line only the first: the others mostly follow from it. */
function syntaxProblems(text: string, document: Document.Parsed, placeAt: (offset: number) => SourcePlace): Problem[] {
  const faults = new Map<number, Problem>();
  for (const error of [...document.errors, ...document.warnings]) {
    const place = placeAt(error.pos[0]);
    if (faults.has(place.line) || faults.size >= MAX_SYNTAX_PROBLEMS) continue;
    const hint = /\$\{|\{\{/.test(text.split("\n")[place.line - 1] ?? "") ? { hint: QUOTE_HINT } : {};
    faults.set(place.line, { message: `not YAML: ${firstLine(error.message)}`, place, ...hint });
  }
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== "1.2") {
    faults.set(0, { message: `YAML ${version} is not read; expected 1.2`, place: placeAt(0) });
  }
  return [...faults.values()];
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/[\p{Cc}\p{Cf}]/gu, "?").slice(0, 200);
}

class YamlReader {
  readonly problems: Problem[] = [];
  readonly #limits: YamlLimits;
  readonly #placeAt: (offset: number) => SourcePlace;
  readonly #anchors = new Map<string, Node>();
  /** Anchored nodes still being read: an alias to one of them would never end. */
  readonly #open = new Set<Node>();
  readonly #targets = new Map<Node, Node>();
  #nodeCount = 0;
  #aliasCount = 0;

  constructor(limits: YamlLimits, placeAt: (offset: number) => SourcePlace) {
    this.#limits = limits;
    this.#placeAt = placeAt;
  }

  value(node: unknown, path: Path): unknown {
    this.#nodeCount++;
    if (this.#nodeCount > this.#limits.maxNodes) {
      if (this.#nodeCount === this.#limits.maxNodes + 1) this.#add(node, "too many values; put data into data files");
      return undefined;
    }
    if (path.length > MAX_DEPTH) return this.#add(node, TOO_DEEP);
    if (isAlias(node)) return this.#aliased(node, node.source, path);
    if (isScalar(node)) {
      this.#anchor(node, node.anchor);
      return this.#scalar(node.value, node);
    }
    if (!isMap(node) && !isSeq(node)) return null;
    this.#anchor(node, node.anchor);
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item, index) => this.value(item, [...path, index]))
      : this.#mapping(node.items, path);
    this.#open.delete(node);
    return value;
  }

  /** Where a path's value or key stands; the nearest place above it when it is absent. */
  place(root: unknown, path: Path, end: "value" | "key"): SourcePlace | undefined {
    let node = root;
    let last: unknown = root;
    for (const [depth, part] of path.entries()) {
      if (isAlias(node)) node = this.#targets.get(node);
      if (isSeq(node) && typeof part === "number") node = node.items[part];
      else if (isMap(node)) {
        const pair = node.items.find((item) => keyText(item.key) === String(part));
        if (pair === undefined) break;
        const isKeyWanted = end === "key" && depth === path.length - 1;
        node = isKeyWanted || pair.value === null ? pair.key : pair.value;
        if (pair.value === null) {
          last = node;
          break;
        }
      } else break;
      if (node === undefined || node === null) break;
      last = node;
    }
    const offset = offsetOf(last);
    return offset === undefined ? undefined : this.#placeAt(offset);
  }

  #scalar(value: unknown, node: unknown): unknown {
    if (typeof value === "number" && !Number.isFinite(value))
      return this.#add(node, `${value} is not a number that JSON can say`);
    return typeof value === "bigint" ? Number(value) : value;
  }

  #mapping(pairs: readonly Pair[], path: Path): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    for (const { key, value } of pairs) {
      const name = keyText(key);
      if (name === undefined) this.#add(key, "a key must be plain text");
      else if (REFUSED_KEYS.has(name)) this.#add(key, `the key ${show(name)} is refused`);
      else if (name === "<<") this.#add(key, "merge keys (<<) are not read; write the entries out");
      else if (Object.hasOwn(mapping, name)) this.#add(key, `the key ${show(name)} stands twice`);
      else mapping[name] = this.value(value, [...path, name]);
    }
    return mapping;
  }

  #anchor(node: Node, anchor: string | undefined): void {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
  }

  #aliased(alias: Node, name: string, path: Path): unknown {
    this.#aliasCount++;
    if (this.#aliasCount > this.#limits.maxAliases) {
      const isFirst = this.#aliasCount === this.#limits.maxAliases + 1;
      return isFirst ? this.#add(alias, `more than ${this.#limits.maxAliases} aliases`) : undefined;
    }
    const target = this.#targets.get(alias) ?? this.#anchors.get(name);
    if (target === undefined) return this.#add(alias, `the alias ${show(`*${name}`)} has no anchor`);
    if (this.#open.has(target)) return this.#add(alias, `the alias ${show(`*${name}`)} stands within itself`);
    this.#targets.set(alias, target);
    return this.value(target, path);
  }

  #add(node: unknown, message: string): undefined {
    this.problems.push({ message, place: this.#placeAt(offsetOf(node) ?? 0) });
  }
}

/** The text of a key; undefined for lists, mappings and aliases as keys. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function offsetOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
