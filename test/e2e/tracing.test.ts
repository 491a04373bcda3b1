import { eventually } from "@weirflow/testing";
import { describe, expect, test } from "vitest";
import { deployFlows, startRun, waitForRun } from "../support/runs.ts";
import { startStack } from "../support/stack.ts";
import { startTraceReceiver } from "../support/trace-receiver.ts";

describe("tracing", () => {
  test("keeps one trace from the mutation to the last node, over at least three processes", async () => {
    await using receiver = await startTraceReceiver();
    await using stack = await startStack({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
    });
    await deployFlows(stack, ["shout"]);

    const run = await waitForRun(stack, await startRun(stack, "shout", { text: "trace me" }));

    const services = await eventually(
      () => {
        const ours = receiver.spans.filter((span) => span.traceId === run.traceId);
        const names = new Set(ours.map((span) => span.service));
        return names.size >= 3 && ours.some((span) => span.name === "weir.node.run")
          ? names
          : false;
      },
      { timeoutMs: 30_000 },
    );
    expect([...services].join(" ")).toMatch(/gateway/);
    expect([...services].join(" ")).toMatch(/worker/);
    expect(run.traceId).toMatch(/^[0-9a-f]{32}$/);
    const node = receiver.spans.find(
      ({ traceId, name }) => traceId === run.traceId && name === "weir.node.run",
    );
    expect(node?.attributes).toMatchObject({
      "weir.node": "loud",
      "weir.node.kind": "function",
      "weir.node.tag.tone": "capitals",
      "weir.node.state": "succeeded",
      "weir.attempt": "1",
    });
  });
});
