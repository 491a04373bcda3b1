import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorEntries, errorsPage } from "../support/errors-table.ts";
import { ROOT } from "../support/service-process.ts";
import { servicesPicture } from "../support/services-picture.ts";
import { variablesTables } from "../support/variables-table.ts";

const readme = await readFile(join(ROOT, "README.md"), "utf8");

describe("the README", () => {
  // These files are rewritten by `vitest run --project e2e --update test/conformance/readme.test.ts`.
  test("links to the variables that the services really read", async () => {
    await expect(`# Variables\n\n${variablesTables()}\n`).toMatchFileSnapshot(
      join(ROOT, "docs/variables.md"),
    );
    expect(readme).toContain("docs/variables.md");
  });

  test("links to the errors that the sources declare, each of which has a code of its own", async () => {
    const entries = await errorEntries();

    await expect(errorsPage(entries)).toMatchFileSnapshot(join(ROOT, "docs/errors.md"));
    expect(readme).toContain("docs/errors.md");
    const codes = entries.map(({ code }) => code);
    expect(codes).toHaveLength(new Set(codes).size);
    expect(codes.length).toBeGreaterThan(150);
    expect(entries.filter(({ meaning }) => meaning === "")).toEqual([]);
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
