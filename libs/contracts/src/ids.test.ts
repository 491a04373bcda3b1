import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  idSchemas,
  parseClaimId,
  parseDeploymentId,
  parseFlowVersion,
  parseRunId,
  parseTaskRunId,
} from "./ids.ts";

const uuid = "0197a3c4-1f2e-7abc-8def-0123456789ab";

describe("parsing ids", () => {
  test("takes what is one", () => {
    expect(parseRunId(uuid)).toBe(uuid);
    expect(parseTaskRunId(uuid)).toBe(uuid);
    expect(parseDeploymentId(uuid)).toBe(uuid);
    expect(parseClaimId("0f".repeat(16))).toBe("0f".repeat(16));
    expect(parseFlowVersion("0f".repeat(32))).toBe("0f".repeat(32));
  });

  test("takes any UUID, and refuses it with anything around it", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ minLength: 1 }), (id, extra) => {
        expect(parseRunId(id)).toBe(id);
        expect(() => parseRunId(id + extra)).toThrow();
        expect(() => parseRunId(extra + id)).toThrow();
      }),
    );
  });

  test("says what it is not, and cuts a long text", () => {
    expect(() => parseRunId("run-1")).toThrowError(
      expect.objectContaining({
        code: "contracts/invalid-id",
        message: '"run-1" is not the id of a run',
      }),
    );
    expect(() => parseClaimId("x".repeat(1_000))).toThrow(/^"x{80}" is not the id of a claim$/);
  });

  test("refuses capital letters: an id has one spelling", () => {
    expect(() => parseRunId(uuid.toUpperCase())).toThrow();
    expect(() => parseClaimId("0F".repeat(16))).toThrow();
  });
});

describe("ids inside messages", () => {
  test.for([
    ["run", uuid],
    ["taskRun", uuid],
    ["deployment", uuid],
    ["claim", "ab".repeat(16)],
    ["flowVersion", "ab".repeat(32)],
  ] as const)("%s is told from anything else", ([kind, id]) => {
    expect(idSchemas[kind].safeParse(id).success).toBe(true);
    expect(idSchemas[kind].safeParse(`${id}0`).success).toBe(false);
    expect(idSchemas[kind].safeParse(1).success).toBe(false);
  });
});
