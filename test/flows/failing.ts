/** The text in capitals. */
export const loud = ({ text }: { text: string }): string => text.toUpperCase();

/** Refuses everything. */
export const refusal = ({ loud }: { loud: string }): string => {
  throw new RangeError(`will not say ${loud}`);
};

/** Never comes to be. */
export const report = ({ refusal }: { refusal: string }): string => refusal;
