import { describe, expect, test } from "vitest";
import { isLoopback, refusalOf } from "./authorize.ts";

const token = "correct-horse-battery-staple";
const status = (headers: Record<string, string>, wanted?: string) =>
  refusalOf({ headers }, wanted)?.status;

describe("refusalOf", () => {
  test("lets loopback names through without a token", () => {
    for (const host of ["127.0.0.1:4280", "localhost:4280", "[::1]:4280"])
      expect(status({ host })).toBeUndefined();
  });

  test("turns away other names without a token: they may be made up", () => {
    for (const host of [
      "evil.example:4280",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "",
    ])
      expect(status({ host })).toBe(403);
  });

  test("turns away pages of other origins, also with the token", () => {
    const authorization = `Bearer ${token}`;

    expect(
      status({ host: "api.example", origin: "https://evil.example", authorization }, token),
    ).toBe(403);
    expect(status({ host: "api.example", origin: "null", authorization }, token)).toBe(403);
    expect(
      status({ host: "api.example", origin: "https://api.example", authorization }, token),
    ).toBeUndefined();
  });

  test("wants the token, whole", () => {
    const host = "api.example";

    expect(status({ host, authorization: `Bearer ${token}` }, token)).toBeUndefined();
    for (const authorization of ["", token, `Bearer ${token} `, `bearer ${token}`, "Bearer "])
      expect(status({ host, authorization }, token)).toBe(401);
  });
});

test("isLoopback knows this machine", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"].map(isLoopback)).not.toContain(
    false,
  );
  expect(["0.0.0.0", "10.0.0.1", "127.0.0.1.x", "::", ""].map(isLoopback)).not.toContain(true);
});
