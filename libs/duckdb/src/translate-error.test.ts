import { describe, expect, test } from "vitest";
import { QueryError } from "./errors.ts";
import { translateError } from "./translate-error.ts";

const scope = { paths: ["/data/a.csv", "/data/b.csv"], memoryBytes: 1_000 };

describe("translateError", () => {
  test.each([
    [
      'Binder Error: Referenced column "b" not found in FROM clause!\nCandidate bindings: "a"\n\nLINE 1: select b',
      "duckdb/query",
      'the query failed: Binder Error: Referenced column "b" not found in FROM clause!',
      'Candidate bindings: "a"',
    ],
    [
      'Failed to extract statements: Parser Error: syntax error at or near "selec"\n\nLINE 1: selec\n        ^',
      "duckdb/query",
      'the query failed: Parser Error: syntax error at or near "selec"',
      undefined,
    ],
    [
      "Out of Memory Error: could not allocate block\nUnused blocks cannot be offloaded",
      "duckdb/memory-limit",
      "the query needs more than 1000 bytes of memory",
      expect.stringContaining("`memoryBytes`"),
    ],
    [
      'Permission Error: Cannot access file "/data/c.csv" - file system operations are disabled',
      "duckdb/forbidden",
      expect.stringContaining('"/data/c.csv"'),
      expect.stringContaining("`tables`"),
    ],
    [
      'Binder Error: COLUMN_TYPES error: Columns with names: "x, ""y" do not exist in the CSV File',
      "duckdb/invalid-column",
      'column "x, ""y" has a type in `types`, but is not there',
      "mend its name",
    ],
    [
      'Invalid Input Error: Error when sniffing file "/data/b.csv".\nIt was not possible to detect',
      "duckdb/file-format",
      '"/data/b.csv" cannot be read: its rows have not all as many cells, or a quote is not closed',
      expect.stringContaining("`sampleRows`"),
    ],
    [
      'Conversion Error: CSV Error on Line: 3\nOriginal Line: x\nError when converting column "a".\n\nfile = /data/b.csv',
      "duckdb/file-format",
      '"/data/b.csv" cannot be read: Conversion Error: CSV Error on Line: 3, Original Line: x, Error when converting column "a".',
      expect.any(String),
    ],
  ])("takes %j for %s", (message, code, text, hint) => {
    const cause = new Error(message);

    expect(translateError(cause, scope)).toMatchObject({ code, message: text, hint, cause });
  });

  test("leaves our own as they are, and takes anything that is thrown", () => {
    const own = new QueryError("no");

    expect(translateError(own, scope)).toBe(own);
    expect(translateError("odd", scope).message).toBe("the query failed: odd");
  });
});
