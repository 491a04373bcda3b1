import { describe, expect, test } from "vitest";
import { RunQueue } from "./run-queue.ts";

describe("RunQueue", () => {
  test("runs one after the other, also behind one that failed, and then releases once", async () => {
    const told: string[] = [];
    const runs = new RunQueue();
    const run = async (name: string) => {
      told.push(`${name} begins`);
      await Promise.resolve();
      told.push(`${name} ends`);
      return name;
    };

    const first = runs.add(async () => await run("first"), undefined);
    const failed = runs.add(async () => {
      throw new TypeError(await run("failed"));
    }, undefined);
    const last = runs.add(async () => await run("last"), undefined);
    const release = async () => void (await run("release"));
    const closed = Promise.all([runs.close(release), runs.close(release)]);

    await expect(failed).rejects.toThrow(TypeError);
    expect(await Promise.all([first, last])).toEqual(["first", "last"]);
    await closed;
    expect(told).toEqual(
      ["first", "failed", "last", "release"].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  test("takes no run once it is closed", async () => {
    const runs = new RunQueue();
    await runs.close(async () => undefined);

    await expect(runs.add(async () => 1, undefined)).rejects.toMatchObject({
      code: "onnx/closed",
    });
  });

  test("leaves out a run that is aborted while it waits", async () => {
    const runs = new RunQueue();
    const gate = Promise.withResolvers<number>();
    const controller = new AbortController();
    const told: string[] = [];
    const first = runs.add(async () => await gate.promise, undefined);
    const second = runs.add(async () => told.push("second"), controller.signal);
    const settled = expect(second).rejects.toThrow("enough");

    controller.abort(new Error("enough"));
    gate.resolve(1);

    await settled;
    expect(await first).toBe(1);
    expect(told).toEqual([]);
  });
});
