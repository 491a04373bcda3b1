/* oxlint-disable typescript/no-misused-promises -- the rule sees the `then` by which the compiler refuses references */
import { choose } from "@weirflow/dataflow";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Ref } from "../reference/ref.ts";
import { defineConfig } from "../task/define-config.ts";
import { task } from "../task/task.ts";
import { onEvent, onSubject } from "../trigger/trigger.ts";
import { flow, type RunSource } from "./flow.ts";

/** Every mistake below is one that an author makes; the compiler has to find each. */

interface Table {
  readonly rows: number;
}
class Model {
  readonly weight = 1;
  predict(): number {
    return this.weight;
  }
}

const prepare = {
  full: ({ rawData }: { rawData: string }): Table => ({ rows: rawData.length }),
  table: choose("developmentFlag", {
    false: ({ full }: { full: Table }): Table => full,
    true: ({ full, sampleRows }: { full: Table; sampleRows: number }): Table => ({
      rows: Math.min(full.rows, sampleRows),
    }),
  }),
};
const train = {
  model: ({ table }: { table: Table }): Model => (table.rows > 0 ? new Model() : new Model()),
  score: ({ model, rate = 1 }: { model: Model; rate?: number }): number => model.predict() * rate,
  metric: ({ task }: { task: "binary" | "regression" }): string => task,
  secretly: (): (() => void) => () => undefined,
};
const prepareData = task({ name: "prepareData", modules: [prepare], outputs: ["table"] });
const trainModel = task({ name: "trainModel", modules: [train], outputs: ["score"] });
const metricTask = task({ name: "metricTask", modules: [train], outputs: ["metric"] });
const training = defineConfig(
  "training",
  z.object({ developmentFlag: z.boolean().default(false), task: z.enum(["binary", "regression"]) }),
);
const params = z.object({
  rawData: z.string(),
  n: z.number(),
  flag: z.boolean(),
  ids: z.array(z.string()),
  opt: z.string().optional(),
  rate: z.number().optional(),
});
type From = RunSource<
  {
    rawData: string;
    n: number;
    flag: boolean;
    ids: string[];
    opt?: string;
    rate?: number;
  },
  { training: typeof training }
>;

/** Compiled, never run. */
function compiled(run: (from: From) => unknown): void {
  expect(run).toBeTypeOf("function");
}

describe("the compiler refuses", () => {
  test("tasks of wrong modules, outputs and options", () => {
    compiled(() => [
      // @ts-expect-error did you mean "score"?
      task({ name: "t", modules: [train], outputs: ["scor"] }),
      // @ts-expect-error a timeout is 10m
      task({ name: "t", modules: [train], outputs: ["score"], timeout: "10 minutes" }),
      // @ts-expect-error an option that there is not
      task({ name: "t", modules: [train], outputs: ["score"], retry: 2 }),
      task({
        name: "t",
        modules: [
          // @ts-expect-error a node made by two modules
          prepare,
          // @ts-expect-error a node made by two modules
          { full: (): number => 1 },
        ],
        outputs: ["full"],
      }),
      task({
        name: "t",
        modules: [
          // @ts-expect-error an edge whose ends differ
          { age: ({ x }: { x: string }): string => x },
          // @ts-expect-error an edge whose ends differ
          { out: ({ age }: { age: number }): number => age },
        ],
        outputs: ["out"],
      }),
      // @ts-expect-error a model has methods and no codec
      task({ name: "t", modules: [train], outputs: ["model"] }),
      // @ts-expect-error a function cannot leave a task
      task({ name: "t", modules: [train], outputs: ["secretly"] }),
      // @ts-expect-error there is no such choice
      task({ name: "t", modules: [prepare], outputs: ["table"], fix: { developmentFlagg: true } }),
      // @ts-expect-error nor such a branch
      task({ name: "t", modules: [prepare], outputs: ["table"], fix: { developmentFlag: "yes" } }),
    ]);
  });

  test("calls whose inputs are missing, misspelt or of another type", () => {
    compiled(({ params, config: { training } }) => {
      const given = { developmentFlag: training.developmentFlag, sampleRows: 20 };
      // @ts-expect-error rawData is missing
      prepareData({ ...given });
      // @ts-expect-error did you mean rawData?
      prepareData({ ...given, rawData: "x", rawDatta: "y" });
      // @ts-expect-error a number is no text
      prepareData({ ...given, rawData: params.n });
      // @ts-expect-error a number is no text
      prepareData({ ...given, rawData: 5 });
      // @ts-expect-error may be absent
      prepareData({ ...given, rawData: params.opt });
      // @ts-expect-error did you mean table?
      const { tabel } = prepareData({ ...given, rawData: "x" });
      // @ts-expect-error no such branch
      metricTask({ task: "binari" });
      // @ts-expect-error there is nothing without inputs
      prepareData();
      return tabel;
    });
  });

  test("a choice that a task makes", () => {
    const flagTask = task({
      name: "f",
      modules: [{ yes: (): boolean => true }],
      outputs: ["yes"],
    });
    compiled(({ params }) => {
      const { yes } = flagTask();
      // @ts-expect-error known too late
      prepareData({ rawData: params.rawData, sampleRows: 1, developmentFlag: yes });
    });
  });

  test("documents asked for what they do not have", () => {
    compiled(({ params, config: { training } }) => [
      // @ts-expect-error did you mean rawData?
      params.rawdata,
      // @ts-expect-error did you mean developmentFlag?
      training.developmentFlagg,
    ]);
  });

  test("control flow over references", () => {
    compiled(({ params, config: { training } }) => {
      // @ts-expect-error a reference is always true
      const a = params.flag ? 1 : 2;
      // @ts-expect-error a reference is always true
      const b = params.flag && a;
      // @ts-expect-error no overlap
      if (params.rawData === "x") return 2;
      // @ts-expect-error no order
      const c = params.n < 3;
      // @ts-expect-error no sum
      const d = params.n + 1;
      // @ts-expect-error no iterator
      for (const id of params.ids) void id;
      switch (training.task) {
        // @ts-expect-error not comparable
        case "binary":
      }
      // @ts-expect-error a reference is always true
      if (params.flag) return 1;
      // @ts-expect-error no methods
      return [b, c, d, params.ids.length];
    });
  });

  test("a field of an output", () => {
    compiled(({ params }) => {
      const { table } = prepareData({
        rawData: params.rawData,
        developmentFlag: true,
        sampleRows: 1,
      });
      // @ts-expect-error make it a node with fields(…)
      return table.rows;
    });
  });

  test("runs that wait or return values, and flows of wrong literals", () => {
    const run = (): void => undefined;
    compiled(() => [
      // @ts-expect-error nothing to wait for
      flow({ name: "f", params, run: async () => await Promise.resolve() }),
      // @ts-expect-error a value is no result
      flow({ name: "f", params, run: () => 5 }),
      // @ts-expect-error there is no such config
      flow({ name: "f", params, run: ({ config }) => void config.training }),
      // @ts-expect-error did you mean rawData?
      flow({ name: "f", params, schedules: [{ daily: "06:00", params: { rawDatta: "x" } }], run }),
      // @ts-expect-error text, not a number
      flow({ name: "f", params, schedules: [{ daily: "06:00", params: { rawData: 1 } }], run }),
      // @ts-expect-error no such option
      flow({ name: "f", params, schedules: [{ daily: "06:00", timezone: "UTC" }], run }),
      // @ts-expect-error hours or days
      flow({ name: "f", params, schedules: [{ every: { hours: 1, days: 1 } }], run }),
    ]);
  });

  test("triggers that set parameters which the flow does not take", () => {
    const run = (): void => undefined;
    const data = z.object({ path: z.string(), size: z.number() });
    compiled(() => [
      flow({
        name: "f",
        params,
        // @ts-expect-error a number is no text
        triggers: [onEvent("e", { data, params: ({ data }) => ({ rawData: data.size }) })],
        run,
      }),
      flow({
        name: "f",
        params,
        // @ts-expect-error there is no such parameter
        triggers: [onEvent("e", { data, params: ({ data }) => ({ rawDatta: data.path }) })],
        run,
      }),
      // @ts-expect-error the event has no such field
      onEvent("e", { data, params: ({ data }) => ({ rawData: data.paht }) }),
    ]);
  });

  test("a first version of a config that does not fit", () => {
    compiled(() => [
      // @ts-expect-error not a number
      defineConfig("c", z.object({ seed: z.number() }), { initial: { seed: "1" } }),
    ]);
  });
});

describe("the compiler accepts", () => {
  test("what is right, with types for all of it", () => {
    const right = flow({
      name: "right",
      params,
      config: { training },
      schedules: [{ daily: "06:00", params: { rawData: "x" } }, { every: { hours: 2 } }],
      triggers: [
        onEvent("e", {
          data: z.object({ path: z.string() }),
          params: ({ data }) => ({ rawData: data.path }),
        }),
        onSubject("ingest.>"),
      ],
      run: ({ params, config: { training } }) => {
        const { table } = prepareData({
          rawData: params.rawData,
          developmentFlag: training.developmentFlag,
          sampleRows: 20,
        });
        const typed: Ref<Table, "task"> = table;
        metricTask({ task: training.task });
        // a parameter that may be absent suits an input that has a default
        return trainModel({ table: typed, rate: params.rate });
      },
    });

    expect(right.name).toBe("right");
  });

  test("a choice made early, without the inputs of the other branch", () => {
    const full = task({
      name: "full",
      modules: [prepare],
      outputs: ["table"],
      fix: { developmentFlag: false },
    });
    compiled(({ params }) => [
      full({ rawData: params.rawData }),
      // @ts-expect-error the branch that wanted it is gone
      full({ rawData: params.rawData, sampleRows: 1 }),
    ]);

    expect(full).toBeTypeOf("function");
  });
});
