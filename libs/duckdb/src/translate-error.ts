import { isWeirError } from "@weirflow/errors";
import {
  FileFormatError,
  ForbiddenError,
  InvalidColumnError,
  MemoryLimitError,
  QueryError,
} from "./errors.ts";

/** What a query ran on. */
export interface QueryScope {
  readonly paths: readonly string[];
  readonly memoryBytes: number;
}

/** One of ours for what DuckDB threw: its messages begin with their kind. */
export function translateError(error: unknown, { paths, memoryBytes }: QueryScope): Error {
  if (isWeirError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const why = sentence(message);
  if (why.startsWith("Out of Memory")) return new MemoryLimitError(memoryBytes, error);
  if (why.startsWith("Permission Error")) return new ForbiddenError(why, error);
  const typed = /Columns with names: "(.*)" do not exist in the CSV File/.exec(message)?.[1];
  if (typed !== undefined)
    return new InvalidColumnError(
      typed,
      "has a type in `types`, but is not there",
      "mend its name",
      error,
    );
  const sniffed = /^Invalid Input Error: Error when sniffing file "(.*)"/m.exec(message)?.[1];
  if (sniffed !== undefined) return new FileFormatError(sniffed, UNEVEN, error);
  const path = paths.find((path) => message.includes(path));
  if (path !== undefined) return new FileFormatError(path, why, error);
  return new QueryError(why, hintIn(message), error);
}

const UNEVEN = "its rows have not all as many cells, or a quote is not closed";

/** What a message says before it goes on about its place in the query, or about all options of the CSV reader. */
function sentence(message: string): string {
  const [facts = ""] = message.split(
    /\n\n|\nLINE |\nDid you mean|\nCandidate bindings|\n {2}file ?= ?/,
  );
  return facts.replace(/^Failed to extract statements: /, "").replaceAll(/\s*\n\s*/g, ", ");
}

/** DuckDB proposes names in lines of their own. */
function hintIn(message: string): string | undefined {
  return /^(?:Did you mean|Candidate bindings).*$/m.exec(message)?.[0];
}
