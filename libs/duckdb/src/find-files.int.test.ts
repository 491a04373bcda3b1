import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { folderTest as test } from "../test/fixture.ts";
import { findFiles } from "./find-files.ts";

describe("findFiles", () => {
  test("gives absolute paths in the order of names, and how large they are", async ({ folder }) => {
    for (const name of ["b.csv", "a.csv", "B.csv", "a.txt"])
      await writeFile(join(folder, name), name);

    expect(await findFiles(join(folder, "*.csv"))).toEqual({
      paths: ["B.csv", "a.csv", "b.csv"].map((name) => join(folder, name)),
      sizeBytes: 15,
    });
  });

  test("keeps the order of several, each with its own files", async ({ folder }) => {
    for (const name of ["b.csv", "a.csv", "c.txt"]) await writeFile(join(folder, name), "");

    const { paths } = await findFiles([join(folder, "c.txt"), join(folder, "?.csv")]);

    expect(paths).toEqual(["c.txt", "a.csv", "b.csv"].map((name) => join(folder, name)));
  });

  test("leaves folders out of what a pattern fits, and follows links", async ({ folder }) => {
    await mkdir(join(folder, "x.csv"));
    await writeFile(join(folder, "y.csv"), "1");
    await symlink(join(folder, "y.csv"), join(folder, "z.csv"));

    expect(await findFiles(join(folder, "*.csv"))).toEqual({
      paths: [join(folder, "y.csv"), join(folder, "z.csv")],
      sizeBytes: 2,
    });
  });

  test("takes an address for the name of a file", async () => {
    await expect(findFiles("https://example.com/a.csv")).rejects.toMatchObject({
      code: "duckdb/file-missing",
    });
  });

  test.for([
    ["none.csv", "duckdb/file-missing"],
    ["none/*.csv", "duckdb/file-missing"],
    ["*", "duckdb/file-missing"],
    ["sub", "duckdb/file-access"],
    ["a\0.csv", "duckdb/file-access"],
    [`${"a".repeat(300)}.csv`, "duckdb/file-access"],
  ] as const)("refuses %j by %s", async ([name, code], { folder }) => {
    await mkdir(join(folder, "sub"));

    await expect(findFiles(join(folder, name))).rejects.toMatchObject({ code });
  });

  test.runIf(process.getuid?.() !== 0)("refuses what may not be read", async ({ folder }) => {
    const path = join(folder, "secret.csv");
    await writeFile(path, "1");
    await chmod(path, 0);

    await expect(findFiles(path)).rejects.toMatchObject({
      code: "duckdb/file-access",
      message: expect.stringContaining(path),
    });
  });

  test("names what was meant, and how many there are", async ({ folder }) => {
    for (const name of ["trips.csv", "cities.csv"]) await writeFile(join(folder, name), "");

    await expect(findFiles(join(folder, "trip.csv"))).rejects.toMatchObject({
      message: `there is no file "${join(folder, "trip.csv")}"; did you mean "trips.csv"?`,
      hint: `the folder "${folder}" has 2 entries`,
    });
    await expect(findFiles(join(folder, "none/a.csv"))).rejects.toMatchObject({
      hint: `the folder "${join(folder, "none")}" is empty or missing`,
    });
  });

  test("refuses no file at all", async () => {
    await expect(findFiles([])).rejects.toMatchObject({ code: "duckdb/invalid-option" });
  });
});
