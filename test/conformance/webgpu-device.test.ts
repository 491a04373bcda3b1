import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { softwareVulkan } from "../support/software-vulkan.ts";

const vulkan = softwareVulkan();
const program = fileURLToPath(new URL("./programs/webgpu-device.ts", import.meta.url));

describe.skipIf(vulkan === undefined)("the WebGPU device of a process", () => {
  let found: Readonly<Record<string, unknown>> = {};
  beforeAll(async () => {
    const command = ["--conditions=@weirflow/source", program];
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      env: { PATH: process.env["PATH"], ...vulkan },
    });
    // what the program prints last
    found = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as typeof found;
  });

  test("is one, also for two who open it at once", () => {
    expect(found["sharedByTwo"]).toBe(true);
  });

  test("is not read without waiting", () => {
    expect(found["readAtOnce"]).toBe(
      "SynchronousReadError: a tensor on a GPU cannot be read without waiting for it",
    );
  });

  test("is no GPU for those who want none in software, though it is open", () => {
    expect(found["withoutSoftware"]).toMatch(
      /WebGPU: found only SwiftShader .* in software: no GPU/,
    );
  });

  test("is the error of a training that lost it, which saves nothing read after that", () => {
    expect(found["error"]).toBe("DeviceLostError: the GPU was lost: device was destroyed");
    expect(found["failedAtSave"]).toEqual([false]);
  });

  test("is passed over once it failed, with the reason", () => {
    const reason = "failed before: the GPU was lost: device was destroyed";
    expect(found["openedAgain"]).toContain(`cannot run here (WebGPU: ${reason})`);
    expect(found["instead"]).toBe(`wasm: ${reason}`);
  });
});
