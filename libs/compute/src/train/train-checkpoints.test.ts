import { describe, expect, test } from "vitest";
import {
  dense,
  floats,
  listening,
  lossesOf,
  options,
  worstDifference,
} from "../fixtures/trainings.ts";
import type { Layers, LayersModel } from "./layers-model.ts";
import { train } from "./train.ts";

describe("train, with checkpoints", () => {
  test.each(["adam", "sgd", "momentum", "rmsprop"] as const)(
    "with %s, goes on from any batch as if it had never stopped",
    async (kind) => {
      const whole = { ...options, optimizer: { kind }, earlyStopping: { patience: 50 } };
      const { model, history } = await train(whole, listening());

      for (const stopAfter of [1, 5, 12]) {
        const stop = new AbortController();
        let batches = 0;
        const first = listening({ signal: stop.signal });
        const stopping = {
          ...whole,
          model: (layers: Layers): LayersModel => {
            const built = dense(layers);
            const apply = built.apply.bind(built);
            built.apply = (inputs, kwargs) => {
              if (kwargs?.["training"] === true && (batches += 1) === stopAfter)
                stop.abort("enough");
              return apply(inputs, kwargs);
            };
            return built;
          },
        };
        await expect(train(stopping, first)).rejects.toBe("enough");
        expect(batches).toBe(stopAfter);

        const second = listening();
        second.saved = first.saved;
        const resumed = await train(whole, second);

        expect(second.lines).toContain("training goes on");
        expect(second.facts["batchesOfEarlierAttempts"]).toBe(stopAfter);
        expect(worstDifference(lossesOf(resumed.history), lossesOf(history))).toBeLessThan(1e-5);
        expect(worstDifference(floats(resumed.model.weights), floats(model.weights))).toBeLessThan(
          1e-5,
        );
      }
    },
  );

  test("leaves a checkpoint of another training alone, and one that is no checkpoint", async () => {
    const first = listening();
    await train(options, first);
    const other = listening();
    other.saved = first.saved;
    const broken = listening();
    broken.saved = Uint8Array.of(1, 2, 3);

    const { history } = await train({ ...options, seed: 9, epochs: 1 }, other);
    await train({ ...options, epochs: 1 }, broken);

    expect(history).toHaveLength(1);
    expect(other.lines[0]).toBe("the checkpoint is of another training: it is left alone");
    expect(broken.lines[0]).toBe("the checkpoint is unreadable: training starts anew");
  });

  test("goes on when a checkpoint cannot be saved, and says so", async () => {
    const save = async (): Promise<void> => await Promise.reject(new Error("the disk is full"));
    const heard = listening({ checkpoint: { load: async () => undefined, save } });

    const { history } = await train({ ...options, epochs: 2 }, heard);

    expect(history).toHaveLength(2);
    expect(heard.lines).toContain("the checkpoint could not be saved: training goes on without");
  });

  test("saves every so many epochs", async () => {
    const heard = listening();

    await train({ ...options, checkpoint: { everyEpochs: 4 } }, heard);

    expect(heard.saves).toBe(1);
  });

  test("saves after every batch when it is asked to every 0 seconds", async () => {
    const heard = listening();

    await train({ ...options, epochs: 1, checkpoint: { everySeconds: 0 } }, heard);

    // after three of four batches and the last, between two of the validation, and at the end of the epoch
    expect(heard.saves).toBe(6);
  });
});
