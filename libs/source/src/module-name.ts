import { sep } from "node:path";

/** A function module's name: its file's, without folder and ending. */
export function moduleName(file: string): string {
  return file.slice(file.lastIndexOf(sep) + 1).replace(/\.[cm]?[jt]s$/, "");
}
