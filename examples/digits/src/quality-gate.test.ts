import { describe, expect, test } from "vitest";
import { TooInaccurateError } from "./errors.ts";
import { type DigitResults, qualityGate } from "./evaluate-digits.ts";

/** How good a model is that misreads so many of 10,000 images. */
function results(misread: number): DigitResults {
  return { accuracy: 1 - misread / 10_000, images: 10_000, misread, scores: [] };
}

describe("qualityGate", () => {
  test.each([0, 159, 300])("lets a model through that misreads %i of 10,000 digits", (misread) => {
    const { accuracy } = results(misread);

    expect(qualityGate({ digitResults: results(misread) })).toEqual({
      accuracy,
      minAccuracy: 0.97,
    });
  });

  test("fails one that misreads 301, and says what to do", () => {
    const gate = () => qualityGate({ digitResults: results(301) });

    expect(gate).toThrow(TooInaccurateError);
    expect(gate).toThrow(
      expect.objectContaining({
        code: "digits/too-inaccurate",
        disposition: "fail",
        message:
          "the model reads 9699 of 10000 digits right (96.99 %), less than the 97.00 % that the quality gate asks for",
        hint: expect.stringContaining("lower `minAccuracy`"),
        shortfall: { accuracy: 0.9699, minAccuracy: 0.97, images: 10_000, misread: 301 },
      }),
    );
  });

  test("asks for what the parameter says", () => {
    const digitResults = results(1_000);

    expect(qualityGate({ digitResults, minAccuracy: 0.9 })).toMatchObject({ minAccuracy: 0.9 });
    expect(() => qualityGate({ digitResults, minAccuracy: 0.93 })).toThrow("less than the 93.00 %");
  });

  test("never rounds up what falls short", () => {
    const { images, misread } = results(300);
    const shortfall = { accuracy: 0.969_999, minAccuracy: 0.97, images, misread };

    expect(new TooInaccurateError(shortfall).message).toContain("(96.99 %)");
  });
});
