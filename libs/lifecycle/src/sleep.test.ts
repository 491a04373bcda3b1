import { describe, expect, test } from "vitest";
import { aborted, unlessAborted } from "./aborted.ts";
import { once } from "./once.ts";
import { sleep } from "./sleep.ts";

const never = new AbortController().signal;

describe("sleep", () => {
  test("resolves, also for a pause below 0", async () => {
    await expect(sleep(-5, never)).resolves.toBeUndefined();
  });

  test("rejects when its signal is aborted, with the reason", async () => {
    const stop = new AbortController();
    const waiting = sleep(60_000, stop.signal);

    stop.abort("enough");

    await expect(waiting).rejects.toMatchObject({
      code: "lifecycle/cancelled",
      disposition: "cancel",
      cause: "enough",
    });
  });

  test("rejects at once when its signal was aborted before", async () => {
    await expect(sleep(60_000, AbortSignal.abort())).rejects.toMatchObject({
      code: "lifecycle/cancelled",
    });
  });

  test.each([Infinity, 2 ** 40])("does not fire early for a pause of %d ms", async (ms) => {
    const stop = new AbortController();
    const waiting = sleep(ms, stop.signal);
    const first = await Promise.race([
      waiting.then(() => "slept"),
      sleep(5, never).then(() => "still waiting"),
    ]);

    expect(first).toBe("still waiting");
    stop.abort();
    await expect(waiting).rejects.toThrow(/cancelled/);
  });
});

describe("aborted", () => {
  test("resolves when the signal is aborted", async () => {
    const stop = new AbortController();
    const waiting = aborted(stop.signal);

    stop.abort();

    await expect(waiting).resolves.toBeUndefined();
  });

  test("resolves at once for a signal that is aborted", async () => {
    await expect(aborted(AbortSignal.abort())).resolves.toBeUndefined();
  });
});

describe("unlessAborted", () => {
  test("gives what the promise gives", async () => {
    expect(await unlessAborted(Promise.resolve(3), never)).toBe(3);
    await expect(unlessAborted(Promise.reject(new TypeError("no")), never)).rejects.toThrow(
      TypeError,
    );
  });

  test("stops waiting when the signal is aborted", async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(new Promise(() => undefined), stop.signal);

    stop.abort("enough");

    await expect(waiting).rejects.toMatchObject({ code: "lifecycle/cancelled", cause: "enough" });
  });

  test("does not wait at all for a signal that is aborted", async () => {
    await expect(unlessAborted(Promise.resolve(3), AbortSignal.abort())).rejects.toMatchObject({
      code: "lifecycle/cancelled",
    });
  });

  test("drops a failure that comes after the abort", async () => {
    const late = Promise.withResolvers<void>();
    const waiting = unlessAborted(late.promise, AbortSignal.abort());

    await expect(waiting).rejects.toThrow(/cancelled/);
    late.reject(new TypeError("late"));
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("once", () => {
  test("runs once, and gives everybody the same end", async () => {
    let calls = 0;
    const stop = once(async () => await Promise.resolve(++calls));

    expect(await Promise.all([stop(), stop()])).toEqual([1, 1]);
    expect(await stop()).toBe(1);
  });

  test("keeps a failure too", async () => {
    let calls = 0;
    const stop = once(async () => await Promise.reject(new TypeError(String(++calls))));

    await expect(stop()).rejects.toThrow("1");
    await expect(stop()).rejects.toThrow("1");
  });
});
