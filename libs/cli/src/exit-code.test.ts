import { ApiUnreachableError, InvalidInputError, NotFoundError } from "@weirflow/client";
import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { UsageError } from "./errors.ts";
import { exitCodeOf } from "./exit-code.ts";

describe("exitCodeOf", () => {
  test.each([
    ["help", new CommanderError(0, "commander.help", ""), 0],
    ["an unknown option", new CommanderError(1, "commander.unknownOption", ""), 2],
    ["a wrong argument", new UsageError("x", "y"), 2],
    ["a wrong parameter", new InvalidInputError("x", []), 2],
    ["what is not there", new NotFoundError("x"), 3],
    ["nobody there", new ApiUnreachableError("http://h", "x"), 4],
    ["anything else", new RangeError("x"), 1],
  ])("for %s", (_, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
