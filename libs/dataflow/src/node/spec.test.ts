import { describe, expect, test } from "vitest";
import { bind } from "../modifier/bind.ts";
import { choose } from "../modifier/choose.ts";
import { fields } from "../modifier/fields.ts";
import { node } from "../modifier/node.ts";
import { plainFunctions } from "./spec.ts";

describe("plainFunctions", () => {
  const half = ({ a }: { a: number }) => a / 2;
  const split = ({ a }: { a: number }) => ({ low: a, high: a + 1 });
  const zero = () => 0;

  test("finds what people wrote inside all modifiers, each function once", () => {
    const { low, high } = fields(split);
    const picked = choose(
      "way",
      { half: node(half, { tags: { x: "y" } }), low },
      { otherwise: zero },
    );

    expect(new Set(plainFunctions([picked, high, bind(half, { a: "b" })]))).toEqual(
      new Set([half, split, zero]),
    );
  });
});
