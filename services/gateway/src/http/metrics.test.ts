import { expect, test } from "vitest";
import { Metrics } from "./metrics.ts";

test("buckets durations and counts outcomes apart", () => {
  const metrics = new Metrics();
  metrics.operation("query", "ok", 10);
  metrics.operation("query", "ok", 300);
  metrics.operation("mutation", "error", 60_000);

  const lines = metrics.render({ watched: 2 }).split("\n");

  expect(lines).toContain(
    'weir_gateway_operation_seconds_bucket{type="query",outcome="ok",le="0.02"} 1',
  );
  expect(lines).toContain(
    'weir_gateway_operation_seconds_bucket{type="query",outcome="ok",le="0.5"} 2',
  );
  expect(lines).toContain('weir_gateway_operation_seconds_sum{type="query",outcome="ok"} 0.31');
  expect(lines).toContain(
    'weir_gateway_operation_seconds_bucket{type="mutation",outcome="error",le="10"} 0',
  );
  expect(lines).toContain(
    'weir_gateway_operation_seconds_count{type="mutation",outcome="error"} 1',
  );
  expect(lines).toContain("watched 2");
});
