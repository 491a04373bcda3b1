import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
  cachePlugin,
  collect,
  each,
  graph,
  graphFrom,
  memoryCacheStore,
  node,
  type NodeContext,
} from "@weirflow/dataflow";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tracingPlugin } from "./tracing-plugin.ts";

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
const tracer = provider.getTracer("test");
const contexts = new AsyncLocalStorageContextManager();

let isOurs = false;

beforeAll(() => {
  isOurs = context.setGlobalContextManager(contexts.enable());
});
beforeEach(() => {
  exporter.reset();
});
afterAll(() => {
  if (isOurs) context.disable();
});

const shop = {
  price: node(({ cost }: { cost: number }) => cost * 2, { tags: { team: "sales" } }),
  tax: async ({ price }: { price: number }) => await Promise.resolve(price / 10),
  broken: ({ price }: { price: number }): number => {
    throw new RangeError(`no price above ${price}`);
  },
  total: ({ broken, tax }: { broken: number; tax: number }) => broken + tax,
};

const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
const runSpan = (): ReadableSpan | undefined => spans().find((it) => it.name === "weir.graph.run");
const spanOf = (name: string): ReadableSpan | undefined =>
  spans().find((it) => it.attributes["weir.node"] === name);
const idOf = (span: ReadableSpan | undefined): string | undefined => span?.spanContext().spanId;
const parentOf = (span: ReadableSpan | undefined): string | undefined =>
  span?.parentSpanContext?.spanId;

describe("tracingPlugin", () => {
  test("makes a span of the run under the active one, and in it one of each node", async () => {
    const outer = tracer.startSpan("outer");

    await context.with(trace.setSpan(context.active(), outer), () =>
      graph(shop)
        .plan("tax")
        .run({ cost: 5 }, { plugins: [tracingPlugin({ tracer })], context: { attempt: 3 } }),
    );

    expect(parentOf(runSpan())).toBe(outer.spanContext().spanId);
    expect(runSpan()?.attributes).toEqual({
      "weir.graph.nodes": 2,
      "weir.graph.state": "succeeded",
      "weir.graph.nodes_without_span": 0,
    });
    expect(parentOf(spanOf("price"))).toBe(idOf(runSpan()));
    expect(parentOf(spanOf("tax"))).toBe(idOf(runSpan()));
    expect(spanOf("price")?.attributes).toEqual({
      "weir.node": "price",
      "weir.node.kind": "function",
      "weir.node.state": "succeeded",
      "weir.node.cache_hit": false,
      "weir.attempt": 3,
      "weir.node.tag.team": "sales",
    });
    expect(spans()).toHaveLength(3);
  });

  test("has the span of a node active while it runs, also after it has waited", async () => {
    const work = (name: string) => tracer.startSpan(name).end();
    const module = {
      query: async () => {
        work("first");
        await Promise.resolve();
        work("second");
        return 1;
      },
    };

    await graph(module)
      .plan("query")
      .run({}, { plugins: [tracingPlugin({ tracer })] });

    const inside = spans().filter((it) => parentOf(it) === idOf(spanOf("query")));
    expect(inside.map(({ name }) => name)).toEqual(["first", "second"]);
  });

  test("records the error of a node, and that of its run", async () => {
    await expect(
      graph(shop)
        .plan("total")
        .run({ cost: 5 }, { plugins: [tracingPlugin({ tracer })] }),
    ).rejects.toThrow("no price above 10");

    expect(spanOf("broken")?.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: "no price above 10",
    });
    expect(spanOf("broken")?.events[0]?.attributes?.["exception.type"]).toBe("RangeError");
    expect(runSpan()?.status.code).toBe(SpanStatusCode.ERROR);
    expect(runSpan()?.attributes).toMatchObject({
      "error.type": "dag/node-failed",
      "weir.graph.state": "failed",
    });
    expect(spanOf("total")).toBeUndefined();
  });

  test("makes no span of nodes that a failure before them keeps from running", async () => {
    await graph(shop)
      .plan("total", "tax")
      .run({ cost: 5 }, { plugins: [tracingPlugin({ tracer })], onError: "continue" });

    expect(spanOf("total")).toBeUndefined();
    expect(spanOf("broken")?.status.code).toBe(SpanStatusCode.ERROR);
    expect(runSpan()?.status.code).toBe(SpanStatusCode.UNSET);
  });

  test.each([
    ["outside of", (cache: ReturnType<typeof caching>) => [tracingPlugin({ tracer }), cache]],
    ["inside of", (cache: ReturnType<typeof caching>) => [cache, tracingPlugin({ tracer })]],
  ])("tells a hit of the cache, %s which it is", async (_, plugins) => {
    const cache = caching();
    const run = async () =>
      await graph(shop)
        .plan("price")
        .run({ cost: 5 }, { plugins: plugins(cache) });
    await run();
    exporter.reset();

    await run();

    expect(spanOf("price")?.attributes).toMatchObject({
      "weir.node.cache_hit": true,
      "weir.node.state": "cached",
    });
    expect(parentOf(spanOf("price"))).toBe(idOf(runSpan()));
  });

  test("ends what is still pending with a cancelled run, without an error", async () => {
    const controller = new AbortController();
    const module = {
      waiting: async (_: {}, { signal }: NodeContext) =>
        await new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped late")));
        }),
    };

    const run = graph(module)
      .plan("waiting")
      .run({}, { plugins: [tracingPlugin({ tracer })], signal: controller.signal });
    controller.abort();
    await expect(run).rejects.toThrow("cancelled");

    expect(spanOf("waiting")?.attributes["weir.node.state"]).toBe("cancelled");
    expect(spanOf("waiting")?.status.code).toBe(SpanStatusCode.UNSET);
    expect(runSpan()?.attributes["weir.graph.state"]).toBe("cancelled");
    expect(runSpan()?.status.code).toBe(SpanStatusCode.UNSET);
    expect(spans()).toHaveLength(2);
  });

  test("tells for which items a node ran, and what it does there belongs to the run", () => {
    const module = {
      word: each(({ text }: { text: string }) => text.split(" ")),
      size: ({ word }: { word: string }) => {
        tracer.startSpan(`count ${word}`).end();
        return word.length;
      },
      total: collect(({ size }: { size: readonly number[] }) => size.length),
    };

    graph(module)
      .plan("total")
      .runSync({ text: "a bc" }, { plugins: [tracingPlugin({ tracer })] });

    const sizes = spans().filter((it) => it.attributes["weir.node"] === "size");
    expect(sizes.map(({ attributes }) => attributes["weir.node.items"])).toEqual([[0], [1]]);
    expect(spanOf("word")?.attributes["weir.node.kind"]).toBe("each");
    const counts = spans().filter(({ name }) => name.startsWith("count"));
    expect(counts.map(parentOf)).toEqual([idOf(runSpan()), idOf(runSpan())]);
  });

  test("keeps runs of one plugin apart that go on at once", async () => {
    const plugins = [tracingPlugin({ tracer })];
    const plan = graph(shop).plan("tax");

    await Promise.all([plan.run({ cost: 1 }, { plugins }), plan.run({ cost: 2 }, { plugins })]);

    const runs = spans().filter(({ name }) => name === "weir.graph.run");
    const inside = runs.map((run) => spans().filter((it) => parentOf(it) === idOf(run)).length);
    expect(inside).toEqual([2, 2]);
  });

  test("does nothing harmful where no SDK is set up", async () => {
    expect(
      await graph(shop)
        .plan("tax")
        .run({ cost: 5 }, { plugins: [tracingPlugin()] }),
    ).toEqual({ tax: 1 });
  });

  test("never makes more spans than it may, and tells how many it left out", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(6), fc.nat(6), (items, plain, maxSpans) => {
        exporter.reset();
        const chain = Array.from({ length: plain }, (_, i) => [`n${i}`, () => i] as const);
        const module = {
          ...Object.fromEntries(chain),
          item: each(() => Array.from({ length: items }, (_, i) => i)),
          twice: ({ item }: { item: number }) => item * 2,
          all: collect(({ twice }: { twice: readonly number[] }) => twice.length),
        };
        const names = chain.map(([name]) => name);

        graphFrom([module])
          .plan([...names, "all"])
          .runSync({}, { plugins: [tracingPlugin({ tracer, maxSpans })] });

        const count = plain + 2 + items;
        const made = spans().filter(({ name }) => name === "weir.node.run");
        expect(made).toHaveLength(Math.min(count, maxSpans));
        expect(runSpan()?.attributes["weir.graph.nodes_without_span"]).toBe(
          count - Math.min(count, maxSpans),
        );
        expect(made.every((it) => parentOf(it) === idOf(runSpan()))).toBe(true);
      }),
    );
  });
});

function caching() {
  return cachePlugin({ store: memoryCacheStore(), codeVersionOf: () => "1", nowMs: () => 0 });
}
