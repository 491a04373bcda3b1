import { describe, expect, test } from "vitest";
import { flowProblemAt, problemAt } from "./problem.ts";

describe("problemAt", () => {
  test("says all in one line", () => {
    const what = { code: "source/x", reason: "it is wrong", fix: "mend it" };

    expect(problemAt({ file: "/a.ts", line: 3 }, what).message).toBe(
      "/a.ts:3: it is wrong (source/x); mend it",
    );
    expect(problemAt({ file: "/a.ts" }, { ...what, fix: "" })).toEqual({
      code: "source/x",
      file: "/a.ts",
      reason: "it is wrong",
      fix: "",
      message: "/a.ts: it is wrong (source/x)",
    });
  });
});

describe("flowProblemAt", () => {
  const problem = { code: "flow/x", message: "it is wrong", fix: "mend it" };
  const place = { file: "/a.ts", line: 10 };

  test("counts lines of run from where it begins, and else takes the line of the flow", () => {
    expect(flowProblemAt(place, 14, { ...problem, line: 1 }).line).toBe(14);
    expect(flowProblemAt(place, 14, { ...problem, line: 3 }).line).toBe(16);
    expect(flowProblemAt(place, 14, problem).line).toBe(10);
    expect(flowProblemAt(place, undefined, { ...problem, line: 3 }).line).toBe(10);
    expect(flowProblemAt({ file: "/a.ts" }, undefined, problem)).not.toHaveProperty("line");
  });
});
