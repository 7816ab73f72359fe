import { encodeBase64 } from "./base64.ts";
import type { GeneratorScope } from "./generator-scope.ts";
import { type Path, show } from "./problems.ts";
import { readTexts } from "./request-fields.ts";
import type { SpecContext } from "./source.ts";
import type { Body } from "./spec.ts";
import { readTemplate } from "./template.ts";
import { readText } from "./text.ts";
import type { WrittenStep } from "./written-task.ts";

const BODY_KEYS = ["json", "text", "form", "file"] as const;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  jsonl: "application/x-ndjson",
  txt: "text/plain; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  xml: "application/xml",
  html: "text/html; charset=utf-8",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  pdf: "application/pdf",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  flac: "audio/flac",
};

/** The body of a request, of which there is at most one kind. */
export function readBody(
  written: WrittenStep,
  path: Path,
  scope: GeneratorScope & { readonly context: SpecContext },
): Body | undefined {
  const given = BODY_KEYS.filter((key) => written[key] !== undefined);
  if (given.length > 1) {
    scope.problems.add(
      [...path, given[1] ?? ""],
      `a body stands already under ${given[0]}; expected one of ${BODY_KEYS.join(", ")}`,
      {
        end: "key",
      },
    );
  }
  if (written.json !== undefined)
    return { kind: "json", template: readTemplate(written.json, [...path, "json"], scope) };
  if (written.text !== undefined) {
    const text = readText(written.text, [...path, "text"], scope);
    return { kind: "text", text, contentType: "text/plain; charset=utf-8" };
  }
  if (written.form !== undefined) return { kind: "form", fields: readTexts(written.form, [...path, "form"], scope) };
  return written.file === undefined ? undefined : readFileBody(written.file, [...path, "file"], scope);
}

function readFileBody(
  file: string,
  path: Path,
  { problems, context }: GeneratorScope & { readonly context: SpecContext },
): Body | undefined {
  const contents = context.readFile(file);
  if (contents.kind === "problem") {
    problems.add(path, `${show(file)} ${contents.message}`);
    return undefined;
  }
  const extension = file.slice(file.lastIndexOf(".") + 1).toLowerCase();
  const contentType = Object.hasOwn(CONTENT_TYPES, extension) ? CONTENT_TYPES[extension] : undefined;
  return {
    kind: "file",
    contentType: contentType ?? "application/octet-stream",
    base64: encodeBase64(contents.bytes),
    source: file,
  };
}
