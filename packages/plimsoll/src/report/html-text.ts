/**
 * Text of strangers (error messages, names, header values) on its way into a document, where it must stay text:
 * no markup, no invisible steering of what stands beside it.
 */
import { printable } from "../base/printable.ts";
import { cutText } from "./printable.ts";

const MAX_SPEC_LENGTH = 200_000;

/** Lines of printable text; overlong text is cut and its true length told. */
export function visibleText(text: string, maxLength?: number): string {
  return cutText(text, maxLength).split("\n").map(printable).join("\n");
}

/** Any JSON-safe value as JSON whose every string is visible text. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) =>
    typeof part === "string" ? visibleText(part, key === "specText" ? MAX_SPEC_LENGTH : undefined) : part,
  );
}

/** JSON that may stand inside a `<script>` element: nothing in it can close the element or open a comment. */
export function scriptSafeJson(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Text as it may stand in an HTML element or a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
