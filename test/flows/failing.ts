import { node } from "weirflow";

/** The text in capitals. */
export const loud = node(({ text }: { text: string }): string => text.toUpperCase(), {
  tags: { tone: "capitals" },
});

/** Refuses everything. */
export const refusal = ({ loud }: { loud: string }): string => {
  throw new RangeError(`will not say ${loud}`);
};

/** Never comes to be. */
export const report = ({ refusal }: { refusal: string }): string => refusal;
