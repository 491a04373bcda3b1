/** Hamilton's `Parallelizable` and `Collect`. */
import { collect, each, graphFrom, override } from "@weirflow/dataflow";
import { describe, expect, test } from "vitest";
import { needsOf, problemsOf } from "./graphs.ts";

const sites = {
  url: each(({ urls }: { urls: readonly string[] }) => urls),
  page: async ({ url, greeting = "hi" }: { url: string; greeting?: string }) =>
    await Promise.resolve(`${greeting} ${url}`),
  words: ({ page }: { page: string }) => page.split(" ").length,
  pages: collect(({ page }: { page: readonly string[] }) => page),
  total: collect(({ words }: { words: readonly number[] }) => words.reduce((a, b) => a + b, 0)),
};

describe("Parallelizable and Collect", () => {
  test("draw as nodes like others", () => {
    const graph = graphFrom([sites]);

    expect(needsOf(graph)).toEqual({
      url: ["urls"],
      page: ["url", "greeting?"],
      words: ["page"],
      pages: ["page"],
      total: ["words"],
    });
    expect(graph.nodes.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      "url: each",
      "page: function",
      "words: function",
      "pages: collect",
      "total: collect",
    ]);
    expect(graph.toJSON().edges).toContainEqual(["url", "page"]);
  });

  test("keep the order of items, with several collectors of one fan-out", async () => {
    const plan = graphFrom([sites]).plan(["pages", "total"]);

    expect(await plan.run({ urls: ["b", "a c"], greeting: "ho" })).toEqual({
      pages: ["ho b", "ho a c"],
      total: 5,
    });
    expect(await plan.run({ urls: [] })).toEqual({ pages: [], total: 0 });
  });

  test("go on behind a collector, and may fan out again", async () => {
    const again = {
      letter: each(({ pages }: { pages: readonly string[] }) =>
        pages.flatMap((page) => page.split("")),
      ),
      upper: ({ letter }: { letter: string }) => letter.toUpperCase(),
      shout: collect(({ upper }: { upper: readonly string[] }) => upper.join("")),
    };

    expect(
      await graphFrom([sites, again])
        .plan(["shout"])
        .run({ urls: ["a"] }),
    ).toEqual({
      shout: "HI A",
    });
  });

  test("nest, where Hamilton refuses to", async () => {
    const nested = {
      region: each(({ regions }: { regions: Readonly<Record<string, readonly number[]>> }) =>
        Object.entries(regions),
      ),
      sale: each(({ region }: { region: readonly [string, readonly number[]] }) => region[1]),
      taxed: ({ sale, rate }: { sale: number; rate: number }) => sale * rate,
      sum: collect(
        ({ taxed, region }: { taxed: readonly number[]; region: readonly [string, unknown] }) =>
          [region[0], taxed.reduce((a, b) => a + b, 0)] as const,
      ),
      report: collect(({ sum }: { sum: readonly (readonly [string, number])[] }) =>
        Object.fromEntries(sum),
      ),
    };

    expect(
      await graphFrom([nested])
        .plan(["report"])
        .run({ regions: { eu: [1, 2], us: [10], none: [] }, rate: 2 }),
    ).toEqual({ report: { eu: 6, us: 20, none: 0 } });
  });

  test("are replaced as other nodes are, and overridden by items", async () => {
    const fewer = { url: each(({ urls }: { urls: readonly string[] }) => urls.slice(0, 1)) };

    expect(
      await graphFrom([sites, override(fewer)])
        .plan(["pages"])
        .run({ urls: ["a", "b"] }),
    ).toEqual({ pages: ["hi a"] });
    expect(
      await graphFrom([sites])
        .plan(["pages"])
        .run({}, { overrides: { url: ["x", "y"] } }),
    ).toEqual({ pages: ["hi x", "hi y"] });
  });

  test("give what lies between to who asks, where Hamilton gives nothing", async () => {
    expect(
      await graphFrom([sites])
        .plan(["words", "url"])
        .run({ urls: ["a", "b c"] }),
    ).toEqual({
      words: [2, 3],
      url: ["a", "b c"],
    });
  });

  test("that do not fit together are refused before anything runs", async () => {
    const lonely = { all: collect(({ urls }: { urls: readonly string[] }) => urls) };
    const crossed = {
      ...sites,
      other: each(() => [1, 2]),
      pair: ({ url, other }: { url: string; other: number }) => `${url}${other}`,
    };

    expect(await problemsOf(() => graphFrom([lonely]))).toEqual([
      'dag/nothing-to-collect: node "all" collects, but nothing that it takes comes from an each',
    ]);
    expect((await problemsOf(() => graphFrom([crossed])))[0]).toMatch(
      /^dag\/crossed-fan-outs: node "pair"/u,
    );
  });
});
