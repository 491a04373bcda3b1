import { describe, expect, test } from "vitest";
import { DuplicateArtifactError, TooManyArtifactsError } from "../errors.ts";
import { Artifacts, MAX_ARTIFACTS } from "./artifacts.ts";

const report = { key: "report", kind: "markdown", mediaType: "text/markdown" } as const;

describe("Artifacts", () => {
  test("keeps text as UTF-8, titled by its key", () => {
    const artifacts = new Artifacts();

    artifacts.add({ ...report, body: "é" });

    expect(artifacts.all).toEqual([
      { ...report, title: "report", bytes: Uint8Array.of(0xc3, 0xa9) },
    ]);
  });

  test("keeps a copy of bytes, so that the node may go on with its own", () => {
    const artifacts = new Artifacts();
    const body = Uint8Array.of(1);

    artifacts.add({ ...report, kind: "image", mediaType: "image/png", fileName: "a.png", body });
    body[0] = 2;

    expect(artifacts.all[0]).toMatchObject({ bytes: Uint8Array.of(1), fileName: "a.png" });
  });

  test("refuses a second artifact of one key, and too many", () => {
    const artifacts = new Artifacts();
    artifacts.add({ ...report, body: "" });
    expect(() => artifacts.add({ ...report, body: "" })).toThrow(DuplicateArtifactError);
    for (let i = artifacts.all.length; i < MAX_ARTIFACTS; i += 1)
      artifacts.add({ ...report, key: `k${i}`, body: "" });

    expect(() => artifacts.add({ ...report, key: "more", body: "" })).toThrow(
      TooManyArtifactsError,
    );
  });

  test("replaces what the same node saved, where it says so", () => {
    const artifacts = new Artifacts();
    artifacts.add({ ...report, body: "1", replaces: true }, "training");
    artifacts.add({ key: "other", kind: "file", mediaType: "text/plain", body: "" }, "training");

    const kept = artifacts.add(
      { ...report, title: "two", body: "1 2", replaces: true },
      "training",
    );

    expect(kept).toEqual({ ...report, title: "two", bytes: new TextEncoder().encode("1 2") });
    expect(artifacts.all.map(({ key, title }) => [key, title])).toEqual([
      ["report", "two"],
      ["other", "other"],
    ]);
  });

  test("refuses to replace what another node saved, or without being told to", () => {
    const artifacts = new Artifacts();
    artifacts.add({ ...report, body: "1" }, "training");

    const byAnother = () => artifacts.add({ ...report, body: "2", replaces: true }, "scoring");
    const unasked = () => artifacts.add({ ...report, body: "2" }, "training");

    expect(byAnother).toThrow(DuplicateArtifactError);
    expect(unasked).toThrow(DuplicateArtifactError);
    expect(artifacts.all[0]?.bytes).toEqual(new TextEncoder().encode("1"));
  });

  test("replaces one of many, however many there are", () => {
    const artifacts = new Artifacts();
    for (let i = 0; i < MAX_ARTIFACTS; i += 1)
      artifacts.add({ ...report, key: `k${i}`, body: "" }, "n");

    artifacts.add({ ...report, key: "k7", body: "x", replaces: true }, "n");

    expect(artifacts.all).toHaveLength(MAX_ARTIFACTS);
    expect(artifacts.all[7]?.bytes).toEqual(Uint8Array.of(120));
  });
});
