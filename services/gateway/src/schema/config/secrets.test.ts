import type { JsonObject } from "@weirflow/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepSecrets, maskSecrets } from "./secrets.ts";

const schema: JsonObject = {
  type: "object",
  properties: {
    user: { type: "string" },
    password: { type: "string", writeOnly: true },
    hosts: {
      type: "array",
      items: { type: "object", properties: { key: { writeOnly: true }, name: {} } },
    },
    extra: { type: "object", additionalProperties: { writeOnly: true } },
  },
};
const body: JsonObject = {
  user: "ann",
  password: "hush",
  hosts: [
    { name: "a", key: "k1" },
    { name: "b", key: "k2" },
  ],
  extra: { one: 1 },
};
const mask = { $secret: true };

describe("maskSecrets", () => {
  test("masks what the schema calls write-only, at any depth", () => {
    expect(maskSecrets(schema, body)).toEqual({
      user: "ann",
      password: mask,
      hosts: [
        { name: "a", key: mask },
        { name: "b", key: mask },
      ],
      extra: { one: mask },
    });
  });

  test("leaves a document alone that has no secrets", () => {
    expect(maskSecrets({ type: "object" }, body)).toEqual(body);
  });
});

describe("keepSecrets", () => {
  test("is the inverse of masking", () => {
    const text = fc.string();
    const documents = fc.record({
      user: text,
      password: text,
      hosts: fc.array(fc.record({ name: text, key: text })),
    });
    fc.assert(
      fc.property(documents, (document) => {
        expect(keepSecrets(schema, maskSecrets(schema, document), document)).toEqual(document);
      }),
    );
  });

  test("takes a new secret, and leaves a mask without a predecessor for the schema to refuse", () => {
    expect(keepSecrets(schema, { password: "new" }, body)).toEqual({ password: "new" });
    expect(keepSecrets(schema, { password: mask }, {})).toEqual({ password: mask });
  });

  test("does not take a mask outside a secret for one", () => {
    expect(keepSecrets(schema, { user: mask }, body)).toEqual({ user: mask });
  });
});
