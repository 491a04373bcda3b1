import { describe, expect, test } from "vitest";
import { GraphError } from "../errors.ts";
import { graph, graphFrom } from "../graph/graph.ts";
import type { GraphProblem } from "../graph/problem.ts";
import { choose } from "../modifier/choose.ts";

const pipeline = {
  raw: ({ path }: { path: string }) => path.length,
  clean: ({ raw, floor = 0 }: { raw: number; floor?: number }) => Math.max(raw, floor),
  report: ({ clean, title }: { clean: number; title: string }) => `${title}: ${clean}`,
};

async function problemsOf(run: Promise<unknown>): Promise<readonly GraphProblem[]> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof GraphError) return error.problems;
  throw error ?? new Error("nothing was refused");
}

describe("plan", () => {
  test("takes what the requested nodes need, and no more", async () => {
    const plan = graph(pipeline).plan("clean");

    expect(plan.inputs).toEqual([
      { name: "path", required: true },
      { name: "floor", required: false },
    ]);
    expect(plan.nodes.map((each) => each.name)).toEqual(["raw", "clean"]);
    expect(await plan.run({ path: "abc" })).toEqual({ clean: 3 });
    expect(await plan.run({ path: "abc", floor: 9 })).toEqual({ clean: 9 });
  });

  test("gives each requested node once, also those that others need", async () => {
    const plan = graph(pipeline).plan("clean", "raw", "clean");

    expect(plan.names).toEqual(["clean", "raw"]);
    expect(await plan.run({ path: "abc" })).toEqual({ clean: 3, raw: 3 });
  });

  test("runs again with other inputs, none left of the run before", async () => {
    const plan = graph(pipeline).plan("clean");
    await plan.run({ path: "abc", floor: 9 });

    expect(await plan.run({ path: "ab" })).toEqual({ clean: 2 });
  });

  test("puts overrides in the place of nodes, whose inputs are then not missed", async () => {
    const plan = graph(pipeline).plan("report");

    expect(await plan.run({ title: "t" }, { overrides: { clean: 7 } })).toEqual({ report: "t: 7" });
    expect(await plan.run({ path: "abc", title: "t" }, { overrides: { raw: 5 } })).toEqual({
      report: "t: 5",
    });
    expect(await plan.run({}, { overrides: { report: "mine" } })).toEqual({ report: "mine" });
  });

  test("refuses a wrong run before anything runs, with every problem", async () => {
    const ran: string[] = [];
    const module = { ...pipeline, raw: ({ path }: { path: string }) => ran.push(path) };
    const plan = graphFrom([module]).plan(["report"]);

    const problems = await problemsOf(
      plan.run({ pth: "abc", clean: 1 }, { overrides: { clen: 1, title: "x" } }),
    );

    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ["dag/unknown-input", 'the requested nodes take no input "pth"; did you mean "path"?'],
      ["dag/unknown-input", '"clean" is made by a node, so it is no input'],
      ["dag/unknown-override", 'no node "clen" to override; did you mean "clean"?'],
      ["dag/unknown-override", 'no node "title" to override'],
      ["dag/missing-input", 'input "path" is missing; did you mean "pth"?'],
    ]);
    expect(ran).toEqual([]);
  });

  test("says what is wrong with inputs without running anything", () => {
    const ran: string[] = [];
    const module = { ...pipeline, raw: ({ path }: { path: string }) => ran.push(path) };
    const plan = graphFrom([module]).plan(["report"]);

    expect(plan.validate({ path: "abc", title: "t" })).toEqual([]);
    expect(plan.validate({ title: "t" }, { overrides: { raw: 1 } })).toEqual([]);
    expect(plan.validate({ pth: "abc" }).map(({ code }) => code)).toEqual([
      "dag/unknown-input",
      "dag/missing-input",
      "dag/missing-input",
    ]);
    expect(ran).toEqual([]);
  });

  test("refuses an override that changes nothing", async () => {
    const plan = graphFrom([pipeline]).plan(["raw"]);

    const [problem] = await problemsOf(plan.run({ path: "a" }, { overrides: { report: "x" } }));

    expect(problem?.message).toBe(
      'the requested nodes do not need node "report", so overriding it does nothing',
    );
  });

  test("lets an override be undefined", async () => {
    const module = { a: () => 1, b: ({ a }: { a: unknown }) => String(a) };

    expect(
      await graphFrom([module])
        .plan(["b"])
        .run({}, { overrides: { a: undefined } }),
    ).toEqual({ b: "undefined" });
  });

  test("counts undefined as absent", async () => {
    const plan = graphFrom([pipeline]).plan(["clean"]);

    expect(await plan.run({ path: "abc", floor: undefined })).toEqual({ clean: 3 });
    expect((await problemsOf(plan.run({ path: undefined })))[0]?.code).toBe("dag/missing-input");
  });

  test("names the nodes that take a missing input", async () => {
    const [problem] = await problemsOf(graphFrom([pipeline]).plan(["raw"]).run());

    expect(problem).toMatchObject({ node: "raw", fix: 'give it: "raw" takes it' });
  });

  test("takes plain names beside the typed form", () => {
    expect(graph(pipeline).plan("raw").runSync({ path: "ab" })).toEqual({ raw: 2 });
    expect(graphFrom([pipeline]).plan(["raw"]).runSync({ path: "ab" })).toEqual({ raw: 2 });
  });
});

describe("plan with choices", () => {
  const ran: string[] = [];
  const say = <T>(name: string, value: T): T => {
    ran.push(name);
    return value;
  };
  const module = {
    local: ({ file }: { file: string }) => say("local", file.length),
    remote: ({ url }: { url: string }) => say("remote", url.length * 10),
    size: choose("source", {
      file: ({ local }: { local: number }) => local,
      web: ({ remote, extra = 0 }: { remote: number; extra?: number }) => remote + extra,
    }),
    label: choose(
      "verbose",
      { true: ({ size }: { size: number }) => `size ${size}` },
      { otherwise: () => "short" },
    ),
    nested: choose("level", {
      1: () => "one",
      2: choose("sub", { a: () => "two a", b: () => "two b" }),
    }),
  };

  test("keeps the inputs of every branch while the choice is open", () => {
    const { inputs, nodes } = graph(module).plan("size");

    expect(inputs.map((input) => input.name)).toEqual(["source", "file", "url", "extra"]);
    expect(nodes.map((each) => each.name)).toEqual(["local", "remote", "size"]);
  });

  test("computes only what the branch needs that the input picks", async () => {
    ran.length = 0;
    const plan = graph(module).plan("size");

    expect(await plan.run({ source: "file", file: "abc", url: "" })).toEqual({ size: 3 });
    expect(ran).toEqual(["local"]);
    expect(await plan.run({ source: "web", file: "abc", url: "ab", extra: 1 })).toEqual({
      size: 21,
    });
    expect(ran).toEqual(["local", "remote"]);
  });

  test("does not miss inputs of branches that are not taken", async () => {
    const plan = graphFrom([module]).plan(["size"]);

    expect(await plan.run({ source: "file", file: "abc" })).toEqual({ size: 3 });
    expect((await problemsOf(plan.run({ source: "web", file: "abc" })))[0]?.message).toBe(
      'input "url" is missing',
    );
  });

  test("drops the inputs of other branches when it is made early", async () => {
    const plan = graph(module).plan(["size"], { source: "file" });

    expect(plan.inputs).toEqual([{ name: "file", required: true }]);
    expect(plan.choices).toEqual({ source: "file" });
    expect(await plan.run({ file: "abcd" })).toEqual({ size: 4 });
  });

  test("lets inputs of other branches be given: an early choice that is no literal has them in its type", async () => {
    const source: "file" | "web" = Math.random() > 2 ? "web" : "file";
    const plan = graph(module).plan(["size"], { source });

    expect(await plan.run({ file: "abcd", url: "x", extra: 1 })).toEqual({ size: 4 });
  });

  test("gives a branch the value that was chosen early, where it takes it", async () => {
    const own = { size: choose("by", { a: ({ by }: { by: string }) => `by ${by}`, b: () => "" }) };

    expect(await graphFrom([own]).plan(["size"], { by: "a" }).run()).toEqual({ size: "by a" });
  });

  test("picks otherwise for any other value and for none", async () => {
    const plan = graph(module).plan("label");
    const inputs = { source: "file", file: "ab", url: "" } as const;

    expect(await plan.run({ ...inputs, verbose: true })).toEqual({ label: "size 2" });
    expect(await plan.run({ ...inputs, verbose: "true" })).toEqual({ label: "size 2" });
    expect(await plan.run({ ...inputs, verbose: false })).toEqual({ label: "short" });
    expect(await plan.run(inputs)).toEqual({ label: "short" });
  });

  test("tells of a key that several nodes choose by all its values", () => {
    const shared = {
      a: choose("k", { x: () => 1, y: () => 2 }),
      b: choose("k", { y: () => 3 }, { otherwise: () => 4 }),
    };
    const built = graphFrom([shared]);

    expect(built.plan(["b", "a"]).inputs).toEqual([
      { name: "k", required: true, choice: { values: ["y", "x"], hasOtherwise: false } },
    ]);
    expect(built.plan(["a", "b"], { k: "x" }).runSync()).toEqual({ a: 1, b: 4 });
  });

  test("asks for a choice inside a branch only when the branch is taken", async () => {
    const plan = graphFrom([module]).plan(["nested"]);

    expect(await plan.run({ level: 1 })).toEqual({ nested: "one" });
    expect(await plan.run({ level: 2, sub: "b" })).toEqual({ nested: "two b" });
    expect((await problemsOf(plan.run({ level: 2 })))[0]?.message).toBe('input "sub" is missing');
  });

  test("refuses values that pick no branch, when planning and when running", async () => {
    const built = graphFrom([module]);
    const planning = (): unknown => built.plan(["size"], { source: "fil" });

    expect(planning).toThrow('choice "source" has no branch for "fil"; did you mean "file"?');
    expect((await problemsOf(built.plan(["size"]).run({ source: "ftp" })))[0]).toMatchObject({
      code: "dag/unmatched-choice",
      fix: 'give one of "file" (needs "local"), "web" (needs "remote"), or add `otherwise`',
    });
    expect((await problemsOf(built.plan(["size"]).run({ source: { a: 1 } })))[0]?.message).toBe(
      'choice "source" has no branch for object',
    );
  });

  test("refuses a choice that nothing chooses by, and one given twice", async () => {
    const built = graphFrom([module]);
    const plan = built.plan(["size"], { source: "file" });

    expect(() => built.plan(["size"], { sorce: "file" })).toThrow(
      'no node chooses by "sorce"; did you mean "source"?',
    );
    expect((await problemsOf(plan.run({ source: "file", file: "a" })))[0]?.message).toBe(
      'input "source" was chosen when planning',
    );
  });

  test("misses the key of a choice like any input", async () => {
    const problems = await problemsOf(
      graphFrom([module]).plan(["size"]).run({ file: "a", url: "" }),
    );

    expect(problems.map(({ message }) => message)).toEqual(['input "source" is missing']);
  });
});
