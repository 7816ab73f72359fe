/** Kept here too, because every renderer needs it. */
export { printable } from "../base/printable.ts";
