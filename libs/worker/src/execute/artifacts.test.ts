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
});
