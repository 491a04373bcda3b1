import { deadLetterSchema } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import { letterOf } from "./dead-letters.ts";

describe("letterOf", () => {
  test("keeps the message, its headers and the reason", () => {
    const message = {
      subject: "ingest.x",
      data: new TextEncoder().encode("hello"),
      headers: { "Nats-Msg-Id": "1" },
    };

    expect(letterOf(message, "no such parameter")).toEqual({
      v: 1,
      subject: "ingest.x",
      reason: "no such parameter",
      payload: "aGVsbG8=",
      headers: { "Nats-Msg-Id": "1" },
    });
  });

  test("fits into its schema and into Postgres, whatever the message is", () => {
    const huge = { subject: "ingest.x", data: new Uint8Array(524_288), headers: { a: "b\0c" } };

    const letter = letterOf(huge, `\0${"why ".repeat(5_000)}`);

    expect(deadLetterSchema.safeParse(letter).success).toBe(true);
    expect(letter.headers).toEqual({ a: "bc" });
    expect(letter.reason.startsWith("why")).toBe(true);
  });
});
