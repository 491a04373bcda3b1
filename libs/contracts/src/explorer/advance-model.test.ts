import { describe, expect, test } from "vitest";
import { advanceModel, type Calls } from "./advance-model.ts";
import { explore, STUCK } from "./explore.ts";

const joined: Calls = { a: [], b: [], join: ["a", "b"] };
const apart: Calls = { a: [], b: [] };
const both = ["a", "b"] as const;

describe("advancing a run", () => {
  test.for([
    ["the successor of two last predecessors becomes READY once", joined],
    ["a run whose two last tasks end at once is closed", apart],
  ] as const)("with the lock before the read: %s, with no help of a sweep", ([, calls]) => {
    const exploration = explore(
      advanceModel(calls, both, { order: "lock, then read", sweeps: false }),
    );

    expect(exploration).toMatchObject({ kind: "holds" });
  });

  test.for([
    ["read, then lock", joined],
    ["read, then lock", apart],
    ["no lock", joined],
    ["no lock", apart],
  ] as const)("with the order %s two that end at once both miss the other", ([order, calls]) => {
    const exploration = explore(advanceModel(calls, both, { order, sweeps: false }));

    expect(exploration).toMatchObject({ kind: "broken", why: STUCK });
  });

  test("a sweep heals even what was read before the lock", () => {
    const exploration = explore(
      advanceModel(joined, both, { order: "read, then lock", sweeps: true }),
    );

    expect(exploration).toMatchObject({ kind: "holds" });
  });
});
