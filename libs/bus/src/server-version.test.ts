import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkServerVersion } from "./server-version.ts";

describe("checkServerVersion", () => {
  test.each(["2.10.23", "2.10.24", "2.11.0", "2.14.0-RC.1", "3.0.0"])("takes %s", (version) => {
    expect(() => checkServerVersion(version)).not.toThrow();
  });

  test.each(["2.10.22", "2.9.99", "1.99.99", "0.0.0"])("refuses %s with a way out", (version) => {
    expect(() => checkServerVersion(version)).toThrow(
      expect.objectContaining({
        code: "bus/server-too-old",
        message: `the NATS server is version ${version}; Weirflow needs 2.10.23 or later`,
        hint: expect.stringContaining("weir dev"),
      }),
    );
  });
});

describe("any version", () => {
  const part = fc.integer({ min: 0, max: 40 });

  test("is taken exactly when it does not come before the lowest", () => {
    fc.assert(
      fc.property(part, part, part, (major, minor, patch) => {
        const isTaken = (): boolean => {
          try {
            checkServerVersion(`${major}.${minor}.${patch}`);
            return true;
          } catch {
            return false;
          }
        };

        const order = major * 1e6 + minor * 1e3 + patch;
        expect(isTaken()).toBe(order >= 2_010_023);
      }),
    );
  });
});
