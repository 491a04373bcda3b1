import { describe, expect, test } from "vitest";
import { inRange } from "../check/value-checks.ts";
import { graph } from "../graph/graph.ts";
import { collect } from "../modifier/collect.ts";
import { each } from "../modifier/each.ts";
import { node } from "../modifier/node.ts";
import { debuggerPlugin, type Stop } from "./debugger-plugin.ts";
import { loggingPlugin } from "./logging-plugin.ts";
import { progressPlugin, type RunProgress } from "./progress-plugin.ts";

const shop = {
  price: ({ cost }: { cost: number }) => cost * 2,
  tax: async ({ price }: { price: number }) => await Promise.resolve(price / 10),
};
const plan = graph(shop).plan("tax");

describe("progressPlugin", () => {
  test("tells each start and end, from nothing to all", async () => {
    const told: RunProgress[] = [];

    await plan.run({ cost: 5 }, { plugins: [progressPlugin((it) => told.push(it))] });

    expect(told).toEqual([
      { done: 0, total: 2, items: 0, running: [] },
      { done: 0, total: 2, items: 0, running: ["price"] },
      { done: 1, total: 2, items: 0, running: [] },
      { done: 1, total: 2, items: 0, running: ["tax"] },
      { done: 2, total: 2, items: 0, running: [] },
    ]);
  });

  test("begins anew with each run, also after a failure", async () => {
    const told: RunProgress[] = [];
    const plugins = [progressPlugin((it) => told.push(it))];
    const failing = graph({
      bad: ({ x }: { x: number }) => [x].map(() => JSON.parse("{") as object),
    });

    await expect(failing.plan("bad").run({ x: 1 }, { plugins })).rejects.toThrow("bad");
    await plan.run({ cost: 5 }, { plugins });

    expect(told[2]).toEqual({ done: 1, total: 1, items: 0, running: [] });
    expect(told[3]).toEqual({ done: 0, total: 2, items: 0, running: [] });
  });
});

const words = {
  word: each(({ text }: { text: string }) => text.split(" ")),
  size: async ({ word }: { word: string }) => await Promise.resolve(word.length),
  total: collect(({ size }: { size: readonly number[] }) => size.length),
};

describe("a fan-out", () => {
  test("is told of in progress by nodes and by executions for items", async () => {
    const told: RunProgress[] = [];

    await graph(words)
      .plan("total")
      .run({ text: "a bc" }, { plugins: [progressPlugin((it) => told.push(it))] });

    expect(told.map(({ done, total, items, running }) => [done, total, items, ...running])).toEqual(
      [
        [0, 2, 0],
        [0, 2, 0, "word"],
        [1, 2, 0],
        [1, 2, 0, "size"],
        [1, 2, 0, "size"],
        [1, 2, 1, "size"],
        [1, 2, 2],
        [1, 2, 2, "total"],
        [2, 2, 2],
      ],
    );
  });

  test("is logged with the items", async () => {
    const lines: unknown[] = [];
    const debug = (_: string, { node: name, items }: Readonly<Record<string, unknown>>) =>
      lines.push([name, items]);

    await graph(words)
      .plan("total")
      .run({ text: "a bc" }, { plugins: [loggingPlugin({ debug })] });

    expect(lines).toEqual([
      ["word", undefined],
      ["size", [0]],
      ["size", [1]],
      ["total", undefined],
    ]);
  });
});

describe("loggingPlugin", () => {
  test("logs what ends, warns and fails, and no values", async () => {
    const lines: [string, Readonly<Record<string, unknown>>][] = [];
    const log = (event: string, fields: Readonly<Record<string, unknown>>) =>
      lines.push([event, fields]);
    const module = {
      share: node(() => 2, { check: inRange({ max: 1, onFail: "warn" }) }),
      bad: ({ share }: { share: number }) => JSON.parse(share === 2 ? "{" : "{}") as object,
    };
    const plugins = [loggingPlugin({ debug: log, warn: log, error: log })];

    await expect(graph(module).plan("bad").run({}, { plugins })).rejects.toThrow();

    expect(lines.map(([event, fields]) => [event, fields["node"]])).toEqual([
      ["node.check-warned", "share"],
      ["node.succeeded", "share"],
      ["node.failed", "bad"],
    ]);
    expect(lines[1]?.[1]).toEqual({ node: "share", durationMs: expect.any(Number) as number });
  });
});

describe("debuggerPlugin", () => {
  test("stops before and after the nodes that it is to stop at", async () => {
    const stops: string[] = [];
    const look = ({ phase, call, value }: Stop) =>
      void stops.push(`${phase} ${call.node.name} ${String(value)}`);

    await plan.run({ cost: 5 }, { plugins: [debuggerPlugin({ onStop: look })] });

    expect(stops).toEqual([
      "before price undefined",
      "after price 10",
      "before tax undefined",
      "after tax 1",
    ]);
  });

  test("waits for whoever looks, and takes another value", async () => {
    const swap = debuggerPlugin({
      at: ({ node: { name } }) => name === "price",
      phases: ["after"],
      onStop: async ({ value }) => await Promise.resolve({ value: Number(value) * 100 }),
    });

    expect(await plan.run({ cost: 5 }, { plugins: [swap] })).toEqual({ tax: 100 });
  });

  test("spares a node the run when the value is given before", () => {
    let runs = 0;
    const costly = graph({ costly: () => (runs += 1) }).plan("costly");
    const given = debuggerPlugin({ phases: ["before"], onStop: () => ({ value: 7 }) });

    expect(costly.runSync({}, { plugins: [given] })).toEqual({ costly: 7 });
    expect(runs).toBe(0);
  });
});
