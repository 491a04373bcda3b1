import { afterEach, describe, expect, test } from "vitest";
import { watchRethrowingHandlers } from "./rethrowing-handlers.ts";

const ours = (): void => {};
const older = (reason: unknown): void => {
  throw reason;
};
/** As Emscripten writes them. */
const exceptions = (ex: unknown): void => {
  if (!(ex instanceof RangeError)) throw ex;
};
const rejections = (reason: unknown): void => {
  throw reason;
};

afterEach(() => {
  for (const listener of [ours, older, rejections])
    process.removeListener("unhandledRejection", listener);
  process.removeListener("uncaughtException", exceptions);
});

describe("watchRethrowingHandlers", () => {
  test("removes the handlers that rethrow and appeared while it watched, and no others", () => {
    process.on("unhandledRejection", older);
    const remove = watchRethrowingHandlers();
    process.on("unhandledRejection", ours);
    process.on("unhandledRejection", rejections);
    process.on("uncaughtException", exceptions);

    remove();

    const left = process.listeners("unhandledRejection");
    expect([older, ours, rejections].map((listener) => left.includes(listener))).toEqual([
      true,
      true,
      false,
    ]);
    expect(process.listeners("uncaughtException")).not.toContain(exceptions);
  });
});
