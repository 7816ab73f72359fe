import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Windows has no such flag; there, links need a privilege to be made. */
const READ_NO_LINK = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/** Opens a file for reading, but no link: one in a run folder may lead anywhere. The caller closes the handle. */
export function openPlain(path: string): Promise<FileHandle> {
  return open(path, READ_NO_LINK);
}
