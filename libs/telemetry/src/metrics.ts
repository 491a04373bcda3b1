/** A number that only grows. */
export interface Counter {
  /** @param labels - low-cardinality: never an id. */
  add(count?: number, labels?: Readonly<Record<string, string>>): void;
}

/** How long something takes: a count and a sum, from which whoever reads it derives rates and means. */
export interface Timing {
  /** Runs `work` and counts it, also when it throws. */
  time<T>(work: () => Promise<T>): Promise<T>;
}

interface Family {
  readonly help: string;
  readonly type: "counter" | "gauge" | "summary";
  readonly samples: () => Iterable<readonly [string, number]>;
}

/**
 * The metrics of a process, as the text that Prometheus scrapes.
 *
 * @example
 * const metrics = new Metrics();
 * const claims = metrics.counter("weir_claims_total", "Claims by verdict.");
 * claims.add(1, { verdict: "granted" });
 * metrics.text(); // # HELP weir_claims_total …
 */
export class Metrics {
  readonly #families = new Map<string, Family>();

  /** @param name - ends in `_total`. */
  counter(name: string, help: string): Counter {
    const counts = new Map<string, number>();
    this.#families.set(name, { help, type: "counter", samples: () => counts });
    return {
      add: (count = 1, labels = {}) => {
        const key = name + labelText(labels);
        counts.set(key, (counts.get(key) ?? 0) + count);
      },
    };
  }

  /** Reads a value each time someone asks. */
  gauge(name: string, help: string, read: () => number): void {
    this.#families.set(name, { help, type: "gauge", samples: () => [[name, read()]] });
  }

  /** @param name - ends in `_seconds`. */
  timing(name: string, help: string): Timing {
    let count = 0;
    let seconds = 0;
    const samples = (): readonly (readonly [string, number])[] => [
      [`${name}_sum`, seconds],
      [`${name}_count`, count],
    ];
    this.#families.set(name, { help, type: "summary", samples });
    return {
      time: async (work) => {
        const startedAt = performance.now();
        try {
          return await work();
        } finally {
          count += 1;
          seconds += (performance.now() - startedAt) / 1_000;
        }
      },
    };
  }

  /** Everything, in the text format of Prometheus. */
  text(): string {
    const lines = [...this.#families].flatMap(([name, { help, type, samples }]) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...[...samples()].map(([key, value]) => `${key} ${value}`),
    ]);
    return `${lines.join("\n")}\n`;
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replaceAll(/["\\\n]/g, "_")}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
