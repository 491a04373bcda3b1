/** Marks a node that leads into a subgraph; stands in its type alone. */
declare const INSIDE: unique symbol;

/** What `subgraph` leaves in the type of a node, so that a checker can ask about what is inside: nodes, and what is bound. */
export interface LeadsInside<M, I, C> {
  readonly [INSIDE]?: { readonly nodes: M; readonly inputs: I; readonly config: C };
}

/** The type of the node `K` in the subgraph that `F` leads to; `never` where that is not known. */
export type InnerNode<F, K> = InsideOf<F> extends { nodes: infer M } ? At<M, K> : never;

/** The type of the constant that is bound to the input or the choice `K` of the subgraph that `F` leads to. */
export type InnerConstant<F, K> =
  InsideOf<F> extends { inputs: infer I; config: infer C }
    ? K extends keyof I
      ? At<I[K], "value">
      : At<C, K>
    : never;

type InsideOf<F> = F extends { readonly [INSIDE]?: infer X } ? X : never;

type At<M, K> = K extends keyof M ? M[K] : never;
