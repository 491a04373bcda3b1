import { describe, expect, test } from "vitest";
import { task } from "weirflow";

/** A class with methods: no plain data. */
class Frame {
  readonly rows = 2;
  head(): number {
    return this.rows;
  }
}
class Stranger {
  readonly name = "x";
  greet(): string {
    return this.name;
  }
}

declare module "weirflow" {
  interface Codecs {
    testFrame: Frame;
  }
}

const module = { frame: (): Frame => new Frame(), stranger: (): Stranger => new Stranger() };

describe("Codecs", () => {
  test("lets a type leave a task once it is declared, and no other", () => {
    const declared = task({ name: "declared", modules: [module], outputs: ["frame"] });
    // @ts-expect-error nobody said how to write a Stranger
    const undeclared = task({ name: "undeclared", modules: [module], outputs: ["stranger"] });

    expect([declared, undeclared].every((made) => typeof made === "function")).toBe(true);
  });
});
