import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { DeviceFaultError, DeviceLostError } from "../errors.ts";
import { withDevice } from "../with-device.ts";
import { watchDevice } from "./device-failure.ts";

interface LostInfo {
  readonly reason: string;
  readonly message: string;
}

function device(): {
  watched: EventTarget & { lost: Promise<LostInfo> };
  lose: (info: LostInfo) => void;
} {
  const { promise, resolve } = Promise.withResolvers<LostInfo>();
  return { watched: Object.assign(new EventTarget(), { lost: promise }), lose: resolve };
}

test("a device that holds fails nothing", async () => {
  const failed = watchDevice(device().watched);

  expect(await withDevice(failed, async () => 3)).toBe(3);
});

test("a lost device is the error, whatever the work made of it", async () => {
  const { watched, lose } = device();
  const failed = watchDevice(watched);

  const working = withDevice(failed, async () => {
    lose({ reason: "unknown", message: "the driver was updated" });
    throw new Error("AbortError");
  });

  await expect(working).rejects.toThrow(DeviceLostError);
  await expect(working).rejects.toMatchObject({ disposition: "retry" });
  await expect(withDevice(failed, async () => "zeros")).rejects.toThrow(
    "the GPU was lost: the driver was updated",
  );
});

test("refused work is a fault, told by the first line of the first one", async () => {
  const { watched } = device();
  const failed = watchDevice(watched);
  const refuse = (message: string): boolean =>
    watched.dispatchEvent(Object.assign(new Event("uncapturederror"), { error: { message } }));

  refuse("Buffer size (1600) exceeds the limit (1000).\n - While calling CreateBuffer");
  refuse("Invalid CommandBuffer");
  await nextTurn();

  expect(failed.reason).toBeInstanceOf(DeviceFaultError);
  expect(failed.reason).toMatchObject({
    message: "the GPU refused to compute: Buffer size (1600) exceeds the limit (1000).",
    disposition: "fail",
  });
});

test("an error of the work itself stays what it is", async () => {
  const failed = watchDevice(device().watched);

  await expect(
    withDevice(failed, async () => {
      throw new RangeError("too many");
    }),
  ).rejects.toThrow(RangeError);
});
