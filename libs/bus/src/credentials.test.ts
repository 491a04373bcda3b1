import { nkeys } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { authenticatorFor } from "./credentials.ts";

const seed = new TextDecoder().decode(nkeys.createUser().getSeed());

describe("authenticatorFor", () => {
  test("signs the server's nonce with an nkey", () => {
    const auth = authenticatorFor(` ${seed}\n`)("nonce");

    expect(auth).toMatchObject({ nkey: expect.stringMatching(/^U/), sig: expect.any(String) });
  });

  test("takes anything else for a user and a password, which may hold colons", () => {
    expect(authenticatorFor("anna:a:b")()).toEqual({ user: "anna", pass: "a:b" });
  });

  test("reads the text of a credentials file", () => {
    const file = `-----BEGIN NATS USER JWT-----\nabc.def.ghi\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;

    expect(authenticatorFor(file)("nonce")).toMatchObject({ jwt: "abc.def.ghi" });
  });
});
