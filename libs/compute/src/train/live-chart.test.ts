import { describe, expect, test } from "vitest";
import { LiveChart } from "./live-chart.ts";
import type { EpochResult, TrainContext } from "./training-options.ts";

type Saved = Parameters<TrainContext["artifact"]>[0];

const history = (epochs: number): EpochResult[] =>
  Array.from({ length: epochs }, (_, index) => ({ epoch: index + 1, loss: 1 / (index + 1) }));

function watched(): { chart: LiveChart; saved: Saved[]; clock: { nowMs: number } } {
  const saved: Saved[] = [];
  const clock = { nowMs: 0 };
  const chart = new LiveChart({
    artifact: (artifact) => saved.push(artifact),
    key: "training",
    epochs: 9,
    nowMs: () => clock.nowMs,
  });
  return { chart, saved, clock };
}

const epochsOf = ({ body }: Saved): string => />(\d+ of \d+)</.exec(body)?.[1] ?? "";

describe("LiveChart", () => {
  test("saves the first epoch at once, then one picture a second, and the last in any case", () => {
    const { chart, saved, clock } = watched();

    for (let epoch = 1; epoch <= 7; epoch += 1) {
      chart.epochDone(history(epoch));
      clock.nowMs += 400;
    }
    chart.end(history(7));

    expect(saved.map(epochsOf)).toEqual(["1 of 9", "4 of 9", "7 of 9", "7 of 9"]);
  });

  test("of slow epochs saves each", () => {
    const { chart, saved, clock } = watched();

    for (let epoch = 1; epoch <= 3; epoch += 1) {
      chart.epochDone(history(epoch));
      clock.nowMs += 60_000;
    }

    expect(saved.map(epochsOf)).toEqual(["1 of 9", "2 of 9", "3 of 9"]);
  });

  test("saves one artifact, each picture in the place of the one before", () => {
    const { chart, saved } = watched();

    chart.epochDone(history(1));
    chart.end(history(2));

    const common = { key: "training", kind: "chart", mediaType: "image/svg+xml", replaces: true };
    expect(saved).toMatchObject([common, common]);
  });

  test("saves nothing of a training without an epoch", () => {
    const { chart, saved } = watched();

    chart.end([]);

    expect(saved).toEqual([]);
  });
});
