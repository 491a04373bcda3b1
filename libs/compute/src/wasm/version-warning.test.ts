import { expect, test } from "vitest";
import { version_core } from "@tensorflow/tfjs-core";
import { versionWarning } from "./version-warning.ts";

test("the installed TensorFlow.js is the one that the kernels were made for", () => {
  expect(versionWarning(version_core)).toBeUndefined();
});

test.each(["4.22.1", "4.21.0", "5.0.0", "4.22.0-rc.1"])("%s is told of", (version) => {
  expect(versionWarning(version)).toBe(
    `the WebAssembly kernels were made for TensorFlow.js 4.22.0, and this is ${version}: its models may train wrongly`,
  );
});
