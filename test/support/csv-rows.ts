import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

/** A CSV file's rows by the names in its header. */
export function csvRows(path: string): Record<string, string>[] {
  return parse(readFileSync(path), { columns: true, record_delimiter: "\r\n" });
}
