import { describe, expect, test } from "vitest";
import { memoryHost } from "./memory-host.ts";
import { nodeLocations, type NodeSource } from "./node-locations.ts";

const text = `import { far } from "./far.ts";

/**
 * Average of age,
 * in years; see {@link far}.
 *
 * Not weighted.
 *
 * @returns a number
 */
export const ageMean = ({ age }: { age: number[] }): number =>
  age.length;

// not documentation
export function plain() {}

/** Both at once. */
export const { train, test } = fields(split);
const hidden = () => 1;
export { hidden as shown, far };
export type Row = number;
`;

function locate(): ReadonlyMap<string, NodeSource> {
  const host = memoryHost({
    "/main.ts": text,
    "/far.ts": "\n  /** Far. */ export const far = () => 2;",
  });
  return nodeLocations({ entries: ["/main.ts"], host }).get("/main.ts") ?? new Map();
}

describe("nodeLocations", () => {
  test("finds the declaration of each value that is exported", () => {
    expect([...locate().keys()]).toEqual(["ageMean", "far", "plain", "shown", "test", "train"]);
  });

  test("says where a node is written, its comment and its text", () => {
    expect(locate().get("ageMean")).toEqual({
      file: "/main.ts",
      line: 11,
      column: 1,
      endLine: 12,
      description: "Average of age, in years; see far.\n\nNot weighted.",
      source: "export const ageMean = ({ age }: { age: number[] }): number =>\n  age.length;",
    });
  });

  test("takes no other comment for a description", () => {
    expect(locate().get("plain")).not.toHaveProperty("description");
    expect(locate().get("shown")).not.toHaveProperty("description");
  });

  test("gives names that are made together one place", () => {
    expect(locate().get("train")).toEqual(locate().get("test"));
    expect(locate().get("train")?.description).toBe("Both at once.");
  });

  test("follows a name to the file that declares it", () => {
    expect(locate().get("far")).toMatchObject({ file: "/far.ts", line: 2, column: 15 });
    expect(locate().get("shown")).toMatchObject({
      file: "/main.ts",
      source: "const hidden = () => 1;",
    });
  });
});
