import { describe, expect, test } from "vitest";
import { Metrics } from "./metrics.ts";

describe("Metrics", () => {
  test("writes a counter by its labels", () => {
    const metrics = new Metrics();
    const claims = metrics.counter("weir_claims_total", "Claims by verdict.");

    claims.add(1, { verdict: "granted" });
    claims.add(2, { verdict: "granted" });
    claims.add(1, { verdict: "gone", pool: "cpu" });
    claims.add();

    expect(metrics.text()).toBe(`# HELP weir_claims_total Claims by verdict.
# TYPE weir_claims_total counter
weir_claims_total{verdict="granted"} 3
weir_claims_total{verdict="gone",pool="cpu"} 1
weir_claims_total 1
`);
  });

  test("reads a gauge when it is asked", () => {
    const metrics = new Metrics();
    let pending = 1;
    metrics.gauge("weir_pending", "Messages under way.", () => pending);

    pending = 7;

    expect(metrics.text()).toContain("# TYPE weir_pending gauge\nweir_pending 7\n");
  });

  test("counts what was timed, also what failed", async () => {
    const metrics = new Metrics();
    const sweeps = metrics.timing("weir_sweep_seconds", "Rounds.");

    expect(await sweeps.time(async () => await Promise.resolve("done"))).toBe("done");
    await expect(
      sweeps.time(async () => await Promise.reject(new Error("no database"))),
    ).rejects.toThrow("no database");

    expect(metrics.text()).toMatch(/weir_sweep_seconds_sum \d+(\.\d+)?(e-\d+)?\n/);
    expect(metrics.text()).toContain("weir_sweep_seconds_count 2\n");
  });

  test("keeps a label from breaking its line", () => {
    const metrics = new Metrics();

    metrics.counter("weir_x_total", "X.").add(1, { subject: 'a"b\\c\nd' });

    expect(metrics.text()).toContain('weir_x_total{subject="a_b_c_d"} 1\n');
  });
});
