/** A graph version that is stored: its id, and the index of each node. */
export interface KnownGraph {
  readonly graphId: number;
  readonly nodes: ReadonlyMap<string, number>;
}

/** Graphs that are remembered; older ones are asked for again. */
const LIMIT = 500;

/** Remembers stored graphs, so that a graph is written once and not once per attempt. Holds committed ones alone. */
export class KnownGraphs {
  readonly #byHash = new Map<string, KnownGraph>();

  /** The graph of this hash (64 hex digits), if it is remembered. */
  get(graphHash: string): KnownGraph | undefined {
    return this.#byHash.get(graphHash);
  }

  /** Remembers graphs; the oldest are forgotten. */
  remember(graphs: ReadonlyMap<string, KnownGraph>): void {
    for (const [hash, graph] of graphs) {
      this.#byHash.delete(hash);
      this.#byHash.set(hash, graph);
    }
    for (const hash of this.#byHash.keys()) {
      if (this.#byHash.size <= LIMIT) return;
      this.#byHash.delete(hash);
    }
  }
}
