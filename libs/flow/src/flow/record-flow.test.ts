import { describe, expect, test } from "vitest";
import * as z from "zod";
import { FlowError } from "../errors.ts";
import { record, text } from "../reference/compose.ts";
import { defineConfig } from "../task/define-config.ts";
import { task } from "../task/task.ts";
import { onEvent, onSubject } from "../trigger/trigger.ts";
import { choose } from "@weirflow/dataflow";
import { type Flow, flow } from "./flow.ts";
import { recordFlow } from "./record-flow.ts";

const all = ({ path }: { path: string }): readonly string[] => [path, path];
const some = ({ path, count }: { path: string; count: number }): readonly string[] =>
  Array<string>(count).fill(path);
const prepareModule = { rows: choose("developmentFlag", { false: all, true: some }) };
const prepare = task({ name: "prepare", modules: [prepareModule], outputs: ["rows"] });
const trainModule = {
  score: ({ rows, rate = 1 }: { rows: readonly string[]; rate?: number }): number =>
    rows.length * rate,
};
const train = task({ name: "train", modules: [trainModule], outputs: ["score"], pool: "gpu" });
const training = defineConfig(
  "training",
  z.object({ developmentFlag: z.boolean().default(false), model: z.object({ rate: z.number() }) }),
);
const params = z.object({ path: z.string(), count: z.int().default(3) });

function problemsOf(wrong: Flow): readonly (readonly [string, string])[] {
  try {
    recordFlow(wrong);
  } catch (error) {
    if (error instanceof FlowError) return error.problems.map((p) => [p.code, p.message]);
    throw error;
  }
  return [];
}

describe("recordFlow", () => {
  test("writes the calls of run as expressions", () => {
    const good = flow({
      name: "good",
      params,
      config: { training },
      run: ({ params, config }) => {
        const { rows } = prepare({
          path: text`in/${params.path}`,
          count: params.count,
          developmentFlag: config.training.developmentFlag,
        });
        return train({ rows, rate: config.training.model.rate });
      },
    });

    const { calls, results, tasks } = recordFlow(good);

    expect(calls.map(({ id, inputs, needs }) => ({ id, inputs, needs }))).toEqual([
      {
        id: "prepare",
        inputs: {
          path: { kind: "text", parts: ["in/", ""], of: [{ kind: "param", path: ["path"] }] },
          count: { kind: "param", path: ["count"] },
          developmentFlag: { kind: "config", config: "training", path: ["developmentFlag"] },
        },
        needs: [],
      },
      {
        id: "train",
        inputs: {
          rows: { kind: "output", call: "prepare", output: "rows" },
          rate: { kind: "config", config: "training", path: ["model", "rate"] },
        },
        needs: ["prepare"],
      },
    ]);
    expect(results).toEqual({ score: { kind: "output", call: "train", output: "score" } });
    expect(tasks.map(({ name }) => name)).toEqual(["prepare", "train"]);
  });

  test("names repeated calls, and lets one wait for another without taking from it", () => {
    const given = { path: "x", count: 1, developmentFlag: false } as const;
    const twice = flow({
      name: "twice",
      params: z.object({}),
      run: () => {
        const first = prepare(given);
        prepare(given);
        prepare(given, { as: "last", after: [first.rows] });
      },
    });

    const { calls } = recordFlow(twice);

    expect(calls.map(({ id, needs }) => [id, needs])).toEqual([
      ["prepare", []],
      ["prepare-2", []],
      ["last", ["prepare"]],
    ]);
  });

  test("lets plain JavaScript decide over constants, and spreads documents", () => {
    const versions = ["a", "b"];
    const fanned = flow({
      name: "fanned",
      params: z.object({ path: z.string(), count: z.int(), developmentFlag: z.boolean() }),
      run: ({ params }) => {
        for (const version of versions)
          // oxlint-disable-next-line typescript/no-misused-promises -- `then` stands in the type alone
          if (version !== "a") prepare({ ...params });
      },
    });

    expect(recordFlow(fanned).calls.map(({ inputs }) => inputs)).toEqual([
      {
        path: { kind: "param", path: ["path"] },
        count: { kind: "param", path: ["count"] },
        developmentFlag: { kind: "param", path: ["developmentFlag"] },
      },
    ]);
  });

  test("keeps references in records", () => {
    const takes = task({
      name: "takes",
      modules: [{ out: ({ of }: { of: { a: number; b: string } }): number => of.a }],
      outputs: ["out"],
    });
    const recorded = flow({
      name: "recorded",
      params,
      run: ({ params }) => takes({ of: record({ a: params.count, b: "text" }) }),
    });

    expect(recordFlow(recorded).calls[0]?.inputs).toEqual({
      of: {
        kind: "record",
        of: { a: { kind: "param", path: ["count"] }, b: { kind: "value", value: "text" } },
      },
    });
  });

  test("names a single result by its output, or `result`", () => {
    const single = flow({
      name: "single",
      params: z.object({ path: z.string(), count: z.int() }),
      run: ({ params }) =>
        prepare({ path: params.path, count: params.count, developmentFlag: true }).rows,
    });

    expect(Object.keys(recordFlow(single).results)).toEqual(["rows"]);
  });

  test("closes the schemas of parameters and configs, and finds a first version", () => {
    const closed = flow({
      name: "closed",
      params,
      config: {
        training,
        other: defineConfig("other", z.object({ seed: z.int().default(7) })),
        given: defineConfig("given", z.object({ seed: z.int() }), { initial: { seed: 1 } }),
      },
      run: ({ params }) =>
        prepare({ path: params.path, count: params.count, developmentFlag: true }),
    });

    const { paramsSchema, configs } = recordFlow(closed);

    expect(paramsSchema).toMatchObject({ required: ["path"], additionalProperties: false });
    expect(configs["training"]).not.toHaveProperty("initial");
    expect(configs["other"]).toMatchObject({ name: "other", initial: { seed: 7 } });
    expect(configs["given"]?.initial).toEqual({ seed: 1 });
  });
});

describe("recordFlow refuses", () => {
  test("everything that is wrong, at once", () => {
    const wrong = flow({
      name: "no good",
      params: z.object({ at: z.date(), name: z.string().trim(), even: z.int().refine(() => true) }),
      schedules: [{ cron: "99 * * * *" }, { daily: "06:00", timeZone: "Mars/Olympus" }],
      triggers: [onSubject("a..b"), onEvent("a.>")],
      run: () => undefined,
    });

    expect(problemsOf(wrong).map(([code]) => code)).toEqual([
      "flow/unsupported-schema",
      "flow/invalid-schedule",
      "flow/invalid-schedule",
      "flow/invalid-trigger",
      "flow/invalid-trigger",
      "flow/invalid-name",
      "flow/no-calls",
    ]);
    expect(problemsOf(wrong)[0]?.[1]).toBe(
      'the schema of the parameters cannot be used: "at" is a date, which JSON cannot hold; ' +
        '"name" is changed while it is checked; change it in a node; ' +
        '"even" has a refinement, which runs nowhere; check it in a node',
    );
  });

  test("transforms, also inside lists", () => {
    const transformed = flow({
      name: "transformed",
      params: z.object({ list: z.array(z.object({ n: z.string().transform(Number) })) }),
      run: () => prepare({ path: "x", count: 1, developmentFlag: true }),
    });

    expect(problemsOf(transformed)).toEqual([
      [
        "flow/unsupported-schema",
        'the schema of the parameters cannot be used: "list.[].n" is transformed; take it as it is and change it in a node',
      ],
    ]);
  });

  test.each([
    ["text", "put into text", (path: unknown) => `in/${String(path)}`],
    ["arithmetic", "computed with", (path: never) => path * 2],
    ["JSON", "serialised", (path: unknown) => JSON.stringify(path)],
    ["a field", 'asked for ".head"', (path: { readonly head: string }) => path.head],
    ["iteration", "taken apart", (path: Iterable<string>) => [...path]],
    ["length", "taken apart", (path: string) => path.length],
    ["a change", "changed", (path: unknown) => Object.assign(path as object, { x: 1 })],
    ["in", "searched", (path: unknown) => "x" in (path as object)],
  ])("a reference used in %s", (_, what, use) => {
    const used = flow({
      name: "used",
      params,
      run: ({ params }) => {
        use(params.path as never); // as JavaScript would
        prepare({ path: "x", count: 1, developmentFlag: true });
      },
    });

    const found = problemsOf(used);

    expect(found[0]?.[0]).toBe("flow/reference-used");
    expect(found[0]?.[1]).toContain(`"params.path" is a reference, not a value`);
    expect(found[0]?.[1]).toContain(`cannot be ${what}`);
  });

  test("inputs that the task does not take, lacks, or that come too late", () => {
    const calls = flow({
      name: "calls",
      params,
      run: ({ params }) => {
        const flag = task({
          name: "flag",
          modules: [{ yes: (): boolean => true }],
          outputs: ["yes"],
        })();
        // @ts-expect-error a choice is known at the start; and there is no `pat`
        prepare({ pat: params.path, count: 1, developmentFlag: flag.yes });
      },
    });

    expect(problemsOf(calls)).toEqual([
      ["flow/unknown-input", 'the call "prepare" takes no "pat"; did you mean "path"?'],
      [
        "flow/late-choice",
        '"developmentFlag" picks the shape of the graph of "prepare", and is made by a task',
      ],
      ["flow/missing-input", 'the call "prepare" lacks "path"'],
    ]);
  });

  test("values that cannot be stored", () => {
    const stored = flow({
      name: "stored",
      params,
      run: ({ params }) => {
        const given = { count: 1, developmentFlag: true } as const;
        // @ts-expect-error a function is no text
        prepare({ ...given, path: () => "x" }, { as: "function" });
        // @ts-expect-error nor is a date
        prepare({ ...given, path: new Date(0) }, { as: "date" });
        // @ts-expect-error a reference inside a value needs `record`
        prepare({ ...given, path: { of: params.path } }, { as: "inside" });
        prepare({ ...given, path: "x", count: Number.NaN }, { as: "nan" });
      },
    });

    expect(problemsOf(stored).map(([, message]) => message)).toEqual([
      '"function.path" is a function: only plain JSON and references can be passed to a task',
      '"date.path" is a Date: only plain JSON and references can be passed to a task',
      '"inside.path.of" is a reference inside a value: only plain JSON and references can be passed to a task',
      '"nan.count" is NaN: only plain JSON and references can be passed to a task',
      'the call "function" lacks "path"',
      'the call "date" lacks "path"',
      'the call "inside" lacks "path"',
      'the call "nan" lacks "count"',
    ]);
  });

  test("calls and tasks that share a name, and options that mean nothing", () => {
    const given = { path: "x", count: 1, developmentFlag: true } as const;
    const twin = task({ name: "prepare", modules: [prepareModule], outputs: ["rows"] });
    const shared = flow({
      name: "shared",
      params: z.object({}),
      run: () => {
        prepare(given, { as: "a" });
        prepare(given, { as: "a", retries: 101, timeout: "-1s" });
        twin(given, { as: "b", pool: "my pool", memoryBytes: 0.5 });
      },
    });

    expect(problemsOf(shared)).toEqual([
      ["flow/duplicate-call", 'two calls are named "a"'],
      ["flow/duplicate-task", 'two tasks are named "prepare"'],
      ["flow/invalid-option", 'the call "a-2": "-1s" is no duration'],
      ["flow/invalid-option", 'the call "a-2": 101 retries'],
      ["flow/invalid-option", 'the call "b": "my pool" cannot name a pool'],
      ["flow/invalid-option", 'the call "b": 0.5 bytes of memory'],
    ]);
  });

  test("an async run, a run that throws, and a graph that is wrong", () => {
    const cyclic = {
      a: ({ b }: { b: number }): number => b,
      b: ({ a }: { a: number }): number => a,
    };
    const turning = task({ name: "turning", modules: [cyclic], outputs: ["a"] });
    const asynchronous = flow({
      name: "asynchronous",
      params,
      // @ts-expect-error run wires, it does not wait
      run: async () => {
        await Promise.resolve();
      },
    });
    const throwing = flow({
      name: "throwing",
      params,
      run: () => {
        throw new TypeError("oh");
      },
    });
    const circular = flow({ name: "circular", params, run: () => turning() });

    expect(problemsOf(asynchronous)[0]?.[0]).toBe("flow/async-run");
    expect(problemsOf(throwing)[0]).toEqual(["flow/run-failed", "run threw TypeError: oh"]);
    expect(problemsOf(circular)[0]?.[0]).toBe("dag/cycle");
    expect(problemsOf(circular)[0]?.[1]).toContain('task "turning"');
  });

  test("parameters of schedules that do not fit, and slugs used twice", () => {
    const wrong = flow({
      name: "wrong",
      params,
      schedules: [
        // @ts-expect-error there is no `pat`
        { daily: "06:00", slug: "a", params: { pat: "x" } },
        { daily: "07:00", slug: "a", params: { count: 1.5 } },
      ],
      run: ({ params }) =>
        prepare({ path: params.path, count: params.count, developmentFlag: true }),
    });

    expect(problemsOf(wrong)).toEqual([
      ["flow/duplicate-slug", 'two schedules or triggers have the slug "a"'],
      [
        "flow/invalid-schedule",
        'the schedule "a" sets a parameter: /pat is not known; did you mean "path"?',
      ],
      ["flow/invalid-schedule", 'the schedule "a-2" sets a parameter: /count must be integer'],
    ]);
  });

  test("a task called outside a flow, and what is no flow", () => {
    expect(() => prepare({ path: "x", count: 1, developmentFlag: true })).toThrow(
      'the task "prepare" is called outside the `run` of a flow',
    );
    // @ts-expect-error a name is not enough
    expect(() => recordFlow({ name: "odd" })).toThrow("it was not made by `flow`");
  });
});
