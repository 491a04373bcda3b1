import { describe, expect, test } from "vitest";
import type { CheckpointRequest, FromSlot } from "../slot/slot-messages.ts";
import { SlotCheckpoints } from "./slot-checkpoints.ts";

function asking() {
  const asked: CheckpointRequest[] = [];
  const send = (message: FromSlot): void => {
    if (message.kind === "checkpoint") asked.push(message);
  };
  return { asked, checkpoints: new SlotCheckpoints({ taskRunId: "t", attempt: 2 }, send) };
}

describe("SlotCheckpoints", () => {
  test("gives each node the answer to its own request", async () => {
    const { asked, checkpoints } = asking();
    const a = checkpoints.of("a").load();
    const b = checkpoints.of("b").load();

    expect(asked.map(({ job, node, action }) => [job, node, action])).toEqual([
      ["t/2", "a", "load"],
      ["t/2", "b", "load"],
    ]);
    const [first, second] = asked;
    checkpoints.hear({
      kind: "checkpoint",
      job: "t/2",
      id: second?.id ?? 0,
      bytes: Uint8Array.of(2),
    });
    checkpoints.hear({ kind: "checkpoint", job: "t/2", id: first?.id ?? 0 });

    expect(await a).toBeUndefined();
    expect(await b).toEqual(Uint8Array.of(2));
  });

  test("sends what is saved, and waits until it is", async () => {
    const { asked, checkpoints } = asking();
    const saved = checkpoints.of("a").save(Uint8Array.of(1));

    expect(asked[0]).toMatchObject({ action: "save", bytes: Uint8Array.of(1) });
    checkpoints.hear({ kind: "checkpoint", job: "t/2", id: 1 });

    await expect(saved).resolves.toBeUndefined();
  });

  test("throws what went wrong, as an error that another attempt may not have", async () => {
    const { checkpoints } = asking();
    const loaded = checkpoints.of("a").load();
    checkpoints.hear({
      kind: "checkpoint",
      job: "t/2",
      id: 1,
      error: { code: "values/unavailable", message: "the disk is full" },
    });

    await expect(loaded).rejects.toMatchObject({
      code: "worker/checkpoint-unavailable",
      disposition: "retry",
      message: "the checkpoint of a node is out of reach: the disk is full",
    });
  });

  test("does not take the answer to another job for its own", async () => {
    const { checkpoints } = asking();
    const loaded = checkpoints.of("a").load();

    checkpoints.hear({ kind: "checkpoint", job: "t/1", id: 1, bytes: Uint8Array.of(9) });
    checkpoints.hear({ kind: "checkpoint", job: "t/2", id: 1, bytes: Uint8Array.of(1) });

    expect(await loaded).toEqual(Uint8Array.of(1));
  });
});
