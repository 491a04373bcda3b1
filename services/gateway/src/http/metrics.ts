/** Upper bounds of the buckets of durations, seconds. */
const BOUNDS = [0.005, 0.02, 0.1, 0.5, 2, 10];

interface Series {
  count: number;
  sum: number;
  readonly buckets: number[];
}

/** Counts operations, and writes them down as Prometheus reads them. */
export class Metrics {
  readonly #operations = new Map<string, Series>();

  /** Counts an operation. */
  operation(kind: string, outcome: "ok" | "error", durationMs: number): void {
    const labels = `type="${kind}",outcome="${outcome}"`;
    const series = this.#operations.get(labels) ?? {
      count: 0,
      sum: 0,
      buckets: BOUNDS.map(() => 0),
    };
    this.#operations.set(labels, series);
    const seconds = durationMs / 1_000;
    series.count += 1;
    series.sum += seconds;
    for (const [i, bound] of BOUNDS.entries())
      if (seconds <= bound) series.buckets[i] = (series.buckets[i] ?? 0) + 1;
  }

  /** Everything in the text format of Prometheus, with these gauges beside. */
  render(gauges: Readonly<Record<string, number>>): string {
    const lines = [
      "# TYPE weir_gateway_operation_seconds histogram",
      ...[...this.#operations].flatMap(([labels, series]) => histogram(labels, series)),
    ];
    for (const [name, value] of Object.entries(gauges))
      lines.push(`# TYPE ${name} gauge`, `${name} ${value}`);
    return `${lines.join("\n")}\n`;
  }
}

function histogram(labels: string, { count, sum, buckets }: Series): string[] {
  const name = "weir_gateway_operation_seconds";
  return [
    ...BOUNDS.map((bound, i) => `${name}_bucket{${labels},le="${bound}"} ${buckets[i] ?? 0}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ];
}
