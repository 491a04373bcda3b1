import { describe, expect, test } from "vitest";
import { SlotPool } from "./slot-pool.ts";

const signal = new AbortController().signal;

describe.each(["thread", "process"] as const)("SlotPool of a %s", (kind) => {
  test("lends a slot again that came back alive, and never one that ended", async () => {
    await using slots = new SlotPool({ kind });
    const first = await slots.borrow(signal);
    slots.giveBack(first);

    const again = await slots.borrow(signal);
    expect(again).toBe(first);
    again.kill();
    slots.giveBack(again);
    const other = await slots.borrow(signal);

    expect(other).not.toBe(first);
    expect(other.isAlive).toBe(true);
  });

  test("lends one slot to one job at a time", async () => {
    await using slots = new SlotPool({ kind });

    const [a, b] = await Promise.all([slots.borrow(signal), slots.borrow(signal)]);

    expect(a).not.toBe(b);
  });

  test("forgets a slot that ends while it is idle", async () => {
    await using slots = new SlotPool({ kind });
    const slot = await slots.borrow(signal);
    slots.giveBack(slot);
    slot.kill();

    expect(await slots.borrow(signal)).not.toBe(slot);
  });

  test("ends every slot when it is disposed, also those that are lent", async () => {
    const slots = new SlotPool({ kind });
    const lent = await slots.borrow(signal);

    await slots[Symbol.asyncDispose]();

    await expect(lent.ended).resolves.toMatchObject({ code: "worker/task-crashed" });
    expect(lent.isAlive).toBe(false);
  });

  test("does not wait for a slot once the signal is aborted", async () => {
    await using slots = new SlotPool({ kind });

    await expect(slots.borrow(AbortSignal.abort())).rejects.toMatchObject({
      disposition: "cancel",
    });
  });
});
