import { toErrorRecord, type WeirError } from "@weirflow/errors";
import { describe, expect, test } from "vitest";
import {
  BusForbiddenError,
  BusTimeoutError,
  BusUnavailableError,
  JetStreamOffError,
  MessageTooLargeError,
  MissingStreamError,
  ServerTooOldError,
  StreamFullError,
} from "./errors.ts";

const cause = new Error("connection refused");

describe("the errors of the bus", () => {
  test.each<[WeirError, string, string, string]>([
    [
      new ServerTooOldError("2.9.0", "2.10.23"),
      "bus/server-too-old",
      "fail",
      "the NATS server is version 2.9.0; Weirflow needs 2.10.23 or later",
    ],
    [
      new BusUnavailableError("cannot connect", cause),
      "bus/unavailable",
      "retry",
      "cannot connect: connection refused",
    ],
    [
      new BusForbiddenError('"weir.wake"', cause),
      "bus/forbidden",
      "fail",
      'the NATS server forbids "weir.wake": connection refused',
    ],
    [
      new JetStreamOffError(cause),
      "bus/jetstream-off",
      "retry",
      "JetStream does not answer on the NATS server",
    ],
    [
      new BusTimeoutError("weir.rpc.beat", cause),
      "bus/timeout",
      "retry",
      'no answer on "weir.rpc.beat"',
    ],
    [
      new StreamFullError("weir.work.cpu", cause),
      "bus/stream-full",
      "retry",
      'the stream of "weir.work.cpu" is full',
    ],
    [
      new MessageTooLargeError("weir.log.x", 600_000, 524_288),
      "bus/message-too-large",
      "fail",
      'a message of 600000 bytes for "weir.log.x" is above the limit of 524288',
    ],
    [
      new MissingStreamError("the stream WORK", cause),
      "bus/missing-stream",
      "retry",
      "the stream WORK does not exist",
    ],
  ])("%s says what failed and what to do", (error, code, disposition, message) => {
    expect([error.code, error.disposition, error.message]).toEqual([code, disposition, message]);
    expect(error.hint?.length).toBeGreaterThan(20);
    expect(toErrorRecord(error)).toMatchObject({ code, message, hint: error.hint });
  });
});
