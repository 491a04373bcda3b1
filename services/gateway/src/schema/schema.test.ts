import { readFileSync } from "node:fs";
import { buildSchema, isObjectType, printSchema } from "graphql";
import { expect, test } from "vitest";
import { createSchema } from "./schema.ts";

const COMMITTED = new URL("../../schema.graphql", import.meta.url);
const printed = `${printSchema(createSchema())}\n`;

test("the committed schema.graphql is the schema of the code", async () => {
  await expect(printed).toMatchFileSnapshot(COMMITTED.pathname);
});

test("the committed schema is valid by itself", () => {
  expect(() => buildSchema(readFileSync(COMMITTED, "utf8"))).not.toThrow();
});

test("every type and field says what it is", () => {
  const types = Object.values(createSchema().getTypeMap()).filter(
    (type) => !type.name.startsWith("__"),
  );
  const silent = types.flatMap((type) => {
    const builtIn = ["String", "Int", "Float", "Boolean", "ID"].includes(type.name);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return [
      ...(type.description == null && !builtIn ? [type.name] : []),
      ...fields
        .filter(({ description }) => description == null)
        .map(({ name }) => `${type.name}.${name}`),
      ...fields.flatMap(({ name, args }) =>
        args
          .filter((arg) => arg.description == null)
          .map((arg) => `${type.name}.${name}(${arg.name})`),
      ),
    ];
  });

  expect(silent).toEqual([]);
});
