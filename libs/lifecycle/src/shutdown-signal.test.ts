import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { shutdownSignal } from "./shutdown-signal.ts";

function fakeProcess() {
  const exits: number[] = [];
  const emitter = new EventEmitter();
  return Object.assign(emitter, { exits, exit: (code: number) => exits.push(code) });
}

describe("shutdownSignal", () => {
  test.each(["SIGTERM", "SIGINT"])("is aborted by %s", (name) => {
    const source = fakeProcess();
    const stop = shutdownSignal(source);

    source.emit(name);

    expect(stop.aborted).toBe(true);
    expect(stop.reason).toBe(name);
    expect(source.exits).toEqual([]);
  });

  test("exits at the second signal, of either kind", () => {
    const source = fakeProcess();
    shutdownSignal(source);

    source.emit("SIGINT");
    source.emit("SIGTERM");

    expect(source.exits).toEqual([1]);
  });
});
