import { describe, expect, test } from "vitest";
import { FileAccessError, SqlError, UrlFailedError } from "./errors.ts";

/** An error as drivers and the operating system throw them. */
function errorOf(code: string, message = ""): Error {
  return Object.assign(new Error(message), { code });
}

describe("SqlError", () => {
  test.each([
    ["08006", "retry"], // connection failure
    ["40001", "retry"], // serialization failure
    ["40P01", "retry"], // deadlock
    ["53300", "retry"], // too many connections
    ["57P01", "retry"], // the server is stopped
    ["57P03", "retry"], // the server starts
    ["55P03", "retry"], // a lock was not to be had
    ["ECONNRESET", "retry"],
    ["EAI_AGAIN", "retry"],
    ["57014", "fail"], // cancelled
    ["23505", "fail"], // unique violation
    ["42P01", "fail"], // no such table
    ["22012", "fail"], // division by zero
  ])("of %s says %s", (code, disposition) => {
    expect(new SqlError("the query failed", errorOf(code)).disposition).toBe(disposition);
  });

  test("takes a lost connection without a code for one that may come back", () => {
    const cause = new Error("Connection terminated unexpectedly");

    expect(new SqlError("the query failed", cause).disposition).toBe("retry");
    expect(new SqlError("the query gave more than 2 rows").disposition).toBe("fail");
  });

  test("says the code where the cause has no message, as when no address answers", () => {
    const cause = errorOf("ECONNREFUSED");

    expect(new SqlError("the query failed", cause).message).toBe("the query failed: ECONNREFUSED");
  });
});

describe("FileAccessError", () => {
  test.each([
    ["EMFILE", "retry"],
    ["ESTALE", "retry"],
    ["EACCES", "fail"],
    ["ENOSPC", "fail"],
  ])("of %s says %s", (code, disposition) => {
    const error = new FileAccessError("/a", "read", errorOf(code, "no"));

    expect(error.disposition).toBe(disposition);
    expect(error.message).toBe('cannot read "/a": no');
  });
});

describe("UrlFailedError", () => {
  test.each([
    [{ status: 500 }, "retry"],
    [{ status: 429 }, "retry"],
    [{ status: 404 }, "fail"],
    [{ cause: errorOf("ECONNRESET") }, "retry"],
    [{ cause: new Error("socket hang up") }, "retry"],
    [{ cause: errorOf("CERT_HAS_EXPIRED") }, "fail"],
    [{ cause: errorOf("ERR_TLS_CERT_ALTNAME_INVALID") }, "fail"],
    [{ cause: errorOf("UNABLE_TO_VERIFY_LEAF_SIGNATURE") }, "fail"],
    [{}, "fail"],
  ])("of %o says %s", (facts, disposition) => {
    expect(new UrlFailedError("http://a/", "no", facts).disposition).toBe(disposition);
  });
});
