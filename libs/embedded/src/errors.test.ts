import { describe, expect, test } from "vitest";
import { NatsServerMissingError, ServerStartError } from "./errors.ts";

describe("NatsServerMissingError", () => {
  test("says why for each source, and the way out", () => {
    const error = new NatsServerMissingError("2.10.23", [
      { source: "PATH", reason: "no nats-server there" },
      { source: "npm", reason: "ECONNREFUSED" },
    ]);

    expect(error.message).toBe(
      "no nats-server 2.10.23 or newer was found\n  PATH: no nats-server there\n  npm: ECONNREFUSED",
    );
    expect(error.hint).toContain("NATS_SERVER_BIN");
  });
});

describe("ServerStartError", () => {
  test("ends with what the server wrote", () => {
    const error = new ServerStartError("postgres", "it ended with code 1", "FATAL:  no");

    expect(error.message).toBe("postgres did not start: it ended with code 1\nFATAL:  no");
    expect(error.data()).toEqual({ server: "postgres", output: "FATAL:  no" });
  });
});
