import { graphFrom, type NodeContext } from "@weirflow/dataflow";
import { describe, expect, test } from "vitest";
import { PendingNodes } from "./pending-nodes.ts";

describe("PendingNodes", () => {
  test("waits for what a cancelled run leaves behind, but not for what has ended", async () => {
    const abort = new AbortController();
    const gate = Promise.withResolvers<number>();
    const modules = {
      early: async (): Promise<number> => await Promise.resolve(1),
      slow: async (_none: object, { signal }: NodeContext): Promise<number> => {
        signal.addEventListener("abort", () => order.push("asked to stop"), { once: true });
        await gate.promise;
        order.push("slow ends");
        throw new Error("too late to matter");
      },
      both: ({ early, slow }: { early: number; slow: number }): number => early + slow,
    };
    const order: string[] = [];
    const pending = new PendingNodes();
    const run = graphFrom([modules])
      .plan(["both"])
      .run({}, { signal: abort.signal, plugins: [pending.plugin] });

    abort.abort("enough");
    await expect(run).rejects.toMatchObject({ code: "dag/cancelled" });
    const settled = pending.settled().then(() => order.push("settled"));
    order.push("the run is over");
    gate.resolve(1);
    await settled;

    expect(order).toEqual(["asked to stop", "the run is over", "slow ends", "settled"]);
  });

  test("leaves values and promises as they are", async () => {
    const modules = { a: () => 1, b: async ({ a }: { a: number }) => a + 1 };
    const pending = new PendingNodes();

    const made = await graphFrom([modules])
      .plan(["a", "b"])
      .run({}, { plugins: [pending.plugin] });

    expect(made).toEqual({ a: 1, b: 2 });
    await pending.settled();
  });
});
