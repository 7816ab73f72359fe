import type { Shape } from "../spec/spec.ts";

/** True when the value is of the type and length wanted. */
export function hasShape(value: unknown, { type, length }: Shape): boolean {
  if (value === undefined) return false;
  if (type !== undefined && !isOfType(value, type)) return false;
  if (length === undefined) return true;
  const [low, high] = length;
  const actual = typeof value === "string" || Array.isArray(value) ? value.length : -1;
  return actual >= low && actual <= high;
}

/** `array(384)`, `string(1..80)`, `any`. */
export function writeShape({ type, length }: Shape): string {
  const name = type ?? "any";
  if (length === undefined) return name;
  const [low, high] = length;
  if (low === high) return `${name}(${low})`;
  return `${name}(${low}..${high === Number.MAX_SAFE_INTEGER ? "" : high})`;
}

/** The shape that a value has, written the same way. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `array(${value.length})`;
  return typeof value === "string" ? "string" : typeof value;
}

function isOfType(value: unknown, type: NonNullable<Shape["type"]>): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
  }
}
