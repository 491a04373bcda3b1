import { describe, expect, test } from "vitest";
import { openTensorBackend } from "../open-tensor-backend.ts";
import { importLayers } from "./layers-model.ts";
import { missingGradients } from "./missing-gradients.ts";

describe("missingGradients", () => {
  test("are none on the plain back end, whatever the layers", async () => {
    await using backend = await openTensorBackend({ prefer: "cpu" });
    const { sequential, layers } = await importLayers();
    const model = sequential({
      layers: [
        layers.conv2d({ filters: 1, kernelSize: 3, inputShape: [8, 8, 1] }),
        layers.separableConv2d({ filters: 1, kernelSize: 3 }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 1 }),
      ],
    });

    expect(missingGradients(backend.tf, model)).toEqual([]);
    model.dispose();
  });

  test("name what a back end has no kernel for, once", async () => {
    await using backend = await openTensorBackend({ prefer: "cpu" });
    const { sequential, layers } = await importLayers();
    const conv = { filters: 1, kernelSize: 3 };
    const model = sequential({
      layers: [layers.conv2d({ ...conv, inputShape: [8, 8, 1] }), layers.conv2d(conv)],
    });
    const { tf } = backend;
    const getKernel = ((name, on) =>
      name === "Conv2DBackpropFilter" ? undefined : tf.getKernel(name, on)) as typeof tf.getKernel; // as for a back end without it

    expect(missingGradients({ ...tf, getKernel }, model)).toEqual(["Conv2DBackpropFilter"]);
    model.dispose();
  });
});
