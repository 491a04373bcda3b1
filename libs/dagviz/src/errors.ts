import { didYouMean, WeirError } from "@weirflow/errors";

/** Two nodes of a picture have the same id. */
export class DuplicateNodeError extends WeirError {
  override readonly code = "dagviz/duplicate-node";
  readonly id: string;

  constructor(id: string) {
    super(`the picture has two nodes with the id "${id}"`, { hint: "give each node its own id" });
    this.id = id;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { id: this.id };
  }
}

/** An edge starts or ends at a node that the picture does not have. */
export class UnknownNodeError extends WeirError {
  override readonly code = "dagviz/unknown-node";
  readonly id: string;
  readonly from: string;
  readonly to: string;

  constructor(
    id: string,
    edge: { readonly from: string; readonly to: string },
    ids: Iterable<string>,
  ) {
    super(
      `the edge "${edge.from}" -> "${edge.to}" names "${id}", which is no node of the picture${didYouMean(id, ids)}`,
      { hint: "add the node, or leave the edge out" },
    );
    this.id = id;
    this.from = edge.from;
    this.to = edge.to;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { id: this.id, from: this.from, to: this.to };
  }
}

/** The picture's edges lead from a node back to itself, so it has no top and no bottom. */
export class PictureCycleError extends WeirError {
  override readonly code = "dagviz/cycle";
  /** Ids along the cycle; the first one is repeated at the end. */
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    super(`the picture's edges form a cycle: ${path.map((id) => `"${id}"`).join(" -> ")}`, {
      hint: "remove one of these edges: only acyclic graphs can be drawn",
    });
    this.path = path;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { path: this.path };
  }
}
