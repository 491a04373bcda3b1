/** The file beside this one that a process or thread of ours begins with: `.ts` in the sources, `.js` in the package. */
export function entryFile(name: string): URL {
  return new URL(`./${name}.${isSource() ? "ts" : "js"}`, import.meta.url);
}

/** Whether this runs from the sources. */
export function isSource(): boolean {
  return import.meta.url.endsWith(".ts");
}
