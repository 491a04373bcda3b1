import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../support/service-process.ts";
import { servicesPicture } from "../support/services-picture.ts";
import { variablesTables } from "../support/variables-table.ts";

const readme = await readFile(join(ROOT, "README.md"), "utf8");

describe("the README", () => {
  // Both files are rewritten by `vitest run --project e2e --update test/conformance/readme.test.ts`.
  test("links to the variables that the services really read", async () => {
    await expect(`# Variables\n\n${variablesTables()}\n`).toMatchFileSnapshot(
      join(ROOT, "docs/variables.md"),
    );
    expect(readme).toContain("docs/variables.md");
  });

  test("shows the services as the project draws them", async () => {
    await expect(servicesPicture()).toMatchFileSnapshot(join(ROOT, "docs/services.svg"));
    expect(readme).toContain("docs/services.svg");
  });

  test("links to files that exist", async () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path ?? "");

    for (const path of links) await expect(readFile(join(ROOT, path))).resolves.toBeDefined();
    expect(links.length).toBeGreaterThan(4);
  });
});
