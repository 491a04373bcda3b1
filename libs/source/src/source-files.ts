import { readFile } from "node:fs/promises";

/** The texts of files, each read once. */
export class SourceFiles {
  readonly #texts = new Map<string, Promise<string>>();

  /** The text of a file; empty when it cannot be read. */
  async text(file: string): Promise<string> {
    const text = this.#texts.get(file) ?? readFile(file, "utf8").catch(() => "");
    this.#texts.set(file, text);
    return await text;
  }
}
