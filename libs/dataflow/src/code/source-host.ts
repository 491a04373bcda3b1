/** What an import names. */
export type ResolvedImport =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "package"; readonly name: string; readonly version: string }
  | { readonly kind: "builtin"; readonly name: string };

/** Where source comes from: the port to files and packages. */
export interface SourceHost {
  /** The text of a file. */
  readFile(path: string): string;
  /** What `specifier` means in the file `fromFile`. */
  resolve(specifier: string, fromFile: string): ResolvedImport;
}
