import { type Path, Problems, type SourceMap, show } from "./problems.ts";

/** Keys that could reach an object's prototype; no spec needs them. */
export const REFUSED_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Deepest nesting of a spec. */
export const MAX_DEPTH = 64;

const MAX_NODES = 200_000;

/**
 * A copy of a value that a module or the command line built, once it is sure to be plain JSON data. Properties that
 * are undefined are left out, as JSON does.
 *
 * @throws SPEC_INVALID for functions, class instances, cycles, refused keys
 */
export function readPlainValue(value: unknown, file: string, map: SourceMap): unknown {
  const problems = new Problems(map);
  const copier = new PlainCopier(problems);
  const copy = copier.copy(value, []);
  problems.throwIfAny(file);
  return copy;
}

class PlainCopier {
  readonly #problems: Problems;
  #nodeCount = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  copy(value: unknown, path: Path): unknown {
    this.#nodeCount++;
    if (path.length > MAX_DEPTH || this.#nodeCount > MAX_NODES) {
      if (this.#problems.count === 0)
        this.#problems.add(path.slice(0, 8), "nested too deeply, or too large, for a spec");
      return undefined;
    }
    switch (typeof value) {
      case "string":
      case "boolean":
      case "undefined":
        return value;
      case "number":
        if (Number.isFinite(value)) return value;
        break;
      case "object":
        if (value === null) return null;
        if (Array.isArray(value)) return value.map((item, index) => this.copy(item, [...path, index]));
        if (isPlain(value)) return this.#copyMapping(value, path);
        break;
      case "function":
        this.#problems.add(path, "a function cannot stand here yet; expected plain data", {
          hint: "Let the module compute the value, or draw it with pick, integer, uuid, …",
        });
        return undefined;
    }
    this.#problems.add(path, `${showOdd(value)} is not plain data; expected text, a number, a list or a mapping`);
    return undefined;
  }

  #copyMapping(value: object, path: Path): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (REFUSED_KEYS.has(key)) this.#problems.add([...path, key], `the key ${show(key)} is refused`);
      else if (item !== undefined) copy[key] = this.copy(item, [...path, key]);
    }
    return copy;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has that realm's Object.prototype: the one whose own prototype is null.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function showOdd(value: unknown): string {
  return typeof value === "object" && value !== null ? `an instance of ${value.constructor.name}` : show(value);
}
