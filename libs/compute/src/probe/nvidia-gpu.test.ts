import { expect, test } from "vitest";
import { parseNvidiaGpu } from "./nvidia-gpu.ts";

test.each([
  [
    "NVIDIA H100 80GB HBM3, 81559\n",
    { name: "NVIDIA H100 80GB HBM3", memoryBytes: 85_520_809_984 },
  ],
  ["Tesla T4, 15360\nTesla T4, 15360\n", { name: "Tesla T4", memoryBytes: 16_106_127_360 }],
  ["NVIDIA, Inc. GPU, 1024", { name: "NVIDIA, Inc. GPU", memoryBytes: 1_073_741_824 }],
  ["Tegra, [N/A]\n", { name: "Tegra" }],
  ["No devices were found\n", {}],
  ["", {}],
])("reads %j", (lines, gpu) => {
  expect(parseNvidiaGpu(lines)).toEqual(gpu);
});
