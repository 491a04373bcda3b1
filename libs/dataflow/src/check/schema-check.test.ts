import { describe, expect, test } from "vitest";
import * as z from "zod";
import { graph } from "../graph/graph.ts";
import { node } from "../modifier/node.ts";
import { fitsSchema } from "./schema-check.ts";

const settings = z.object({ rate: z.number().max(1), names: z.array(z.string()) });

describe("fitsSchema", () => {
  test("lets a value through that fits", async () => {
    const read = node(() => ({ rate: 0.5, names: ["a"] }), { check: fitsSchema(settings) });

    expect(await graph({ read }).plan("read").run()).toEqual({ read: { rate: 0.5, names: ["a"] } });
  });

  test("says every issue with its place", () => {
    const wrong: never = { rate: 2, names: ["a", 1] } as never; // the compiler would report it

    expect(fitsSchema(settings).test(wrong)).toMatch(/^rate: .*<=1; names\.1: .*string/);
  });

  test("refuses a schema that answers later", () => {
    const later = z.string().refine(async () => await Promise.resolve(true));

    expect(fitsSchema(later).test("a")).toContain("promise");
  });
});
