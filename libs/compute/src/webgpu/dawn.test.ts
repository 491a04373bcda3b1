import { describe, expect, test } from "vitest";
import { type AdapterInfo, maxTensorBytes, nameOfAdapter, openDevice } from "./dawn.ts";

const info: AdapterInfo = {
  vendor: "apple",
  architecture: "common-3",
  device: "",
  description: "",
  isFallbackAdapter: false,
};

describe("nameOfAdapter", () => {
  test.each([
    [{ description: "Apple M3" }, "Apple M3, by WebGPU"],
    [{}, "apple common-3, by WebGPU"],
    [{ vendor: "", architecture: "" }, "an unnamed GPU, by WebGPU"],
    [{ description: "SwiftShader", isFallbackAdapter: true }, "SwiftShader, by WebGPU in software"],
  ])("of %o", (part, name) => {
    expect(nameOfAdapter({ ...info, ...part })).toBe(name);
  });
});

test("a tensor fits in a buffer and in what a shader can bind", () => {
  const limits = { maxBufferSize: 100, maxStorageBufferBindingSize: 60 };

  expect(maxTensorBytes({ limits })).toBe(60);
});

test("a device is asked for all that its adapter can do", async () => {
  const asked: unknown[] = [];
  const limits = {
    maxBufferSize: 1,
    maxComputeInvocationsPerWorkgroup: 2,
    maxComputeWorkgroupSizeX: 3,
    maxComputeWorkgroupStorageSize: 4,
    maxComputeWorkgroupsPerDimension: 5,
    maxStorageBufferBindingSize: 6,
  };
  const lost = new Promise<never>(() => undefined);
  const device = Object.assign(new EventTarget(), { lost });

  const opened = await openDevice({
    info,
    limits: { ...limits, maxBindGroups: 9 },
    features: new Set(["timestamp-query", "shader-f16"]),
    requestDevice: async (descriptor) => {
      asked.push(descriptor);
      return device;
    },
  });

  expect(opened).toBe(device);
  expect(asked).toEqual([{ requiredLimits: limits, requiredFeatures: ["timestamp-query"] }]);
});
