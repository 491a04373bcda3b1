import { describe, expect, test } from "vitest";
import { createConsole } from "./console.ts";

function streams(isTTY: boolean) {
  const written = { out: "", err: "" };
  return {
    written,
    out: { isTTY, write: (text: string) => void (written.out += text) },
    err: { write: (text: string) => void (written.err += text) },
  };
}

describe("createConsole", () => {
  test("prints plain lines where there is no terminal", () => {
    const { written, ...to } = streams(false);
    const console = createConsole({ isJson: false, isVerbose: false, ...to });

    console.line("hello");
    console.progress("train", "RUNNING");
    console.progress("train", "COMPLETED");
    console.json({ not: "this" });
    console.detail("nor this");

    expect(written.out.split("\n").map((line) => line.replaceAll(/ +/g, " "))).toEqual([
      "hello",
      "progress train RUNNING",
      "progress train COMPLETED",
      "",
    ]);
    expect(written.err).toBe("");
  });

  test("shows progress in place on a terminal", () => {
    const { written, ...to } = streams(true);
    const console = createConsole({ isJson: false, isVerbose: false, ...to });

    console.progress("a", "1");
    console.progress("b", "1");
    console.progress("a", "2");

    const up = (lines: number): string => `\u001b[${lines}A`;
    expect(written.out.split(up(1))).toHaveLength(2);
    expect(written.out.split(up(2))).toHaveLength(2);
    expect(written.out.endsWith("b                  1\u001b[K\n")).toBe(true);
  });

  test("prints one JSON object and nothing else where that is asked for", () => {
    const { written, ...to } = streams(true);
    const console = createConsole({ isJson: true, isVerbose: true, ...to });

    console.line("not this");
    console.progress("nor", "this");
    console.detail("for the log");
    console.json({ run: { id: "r" } });

    expect(JSON.parse(written.out)).toEqual({ run: { id: "r" } });
    expect(written.err).toBe("for the log\n");
  });
});
