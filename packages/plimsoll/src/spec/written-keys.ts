import { z } from "zod";
import type { Path } from "./problems.ts";

/** The keys that a schema knows at a path, all branches of a union together. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  const keys = new Set<string>();
  for (const found of schemasAt([schema], path)) for (const key of Object.keys(shapeOf(found))) keys.add(key);
  return [...keys];
}

function schemasAt(schemas: readonly z.core.$ZodType[], path: Path): readonly z.core.$ZodType[] {
  const open = schemas.flatMap(unwrap);
  const [part, ...rest] = path;
  if (part === undefined) return open;
  return schemasAt(
    open.flatMap((schema) => childOf(schema, part) ?? []),
    rest,
  );
}

function childOf(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape = shapeOf(schema);
    return typeof part === "string" && Object.hasOwn(shape, part) ? shape[part] : undefined;
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodTuple) return typeof part === "number" ? schema.def.items[part] : undefined;
  return undefined;
}

function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) return unwrap(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in);
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap(unwrap);
  return [schema];
}
