import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ROOT } from "../support/service-process.ts";
import { softwareVulkan } from "../support/software-vulkan.ts";

const vulkan = softwareVulkan();

const program = `
import { openOnnxModel } from "@weirflow/onnx";
const samples = { values: Float32Array.of(0, 0, 0, 1, 2, 3), shape: [2, 3] };
const said = {};
for (const provider of ["webgpu", "cpu"]) {
  await using model = await openOnnxModel({ path: "libs/onnx/test/classifier.onnx", providers: [provider] });
  const { probabilities } = await model.run({ x: samples });
  said[model.provider] = Array.from(probabilities.values);
}
console.log(JSON.stringify(said));
`;

test.skipIf(vulkan === undefined)(
  "an ONNX model says the same by WebGPU and on the CPU",
  async () => {
    const command = ["--conditions=@weirflow/source", "--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], ...vulkan },
    });

    // what the program prints
    const said = JSON.parse(stdout) as Readonly<Record<"webgpu" | "cpu", readonly number[]>>;
    expect(said.webgpu).toHaveLength(4);
    expect(said.webgpu.map((one) => one.toFixed(5))).toEqual(said.cpu.map((one) => one.toFixed(5)));
  },
);
