/** A system as an explorer sees it. States are plain data: two of the same content are the same state. */
export interface Model<State> {
  readonly initial: State;
  /** Everything that may happen next, each with a name. */
  readonly next: (state: State) => Iterable<readonly [step: string, state: State]>;
  /** What is wrong with a state; `undefined` when it is as it must be. */
  readonly wrong: (state: State) => string | undefined;
  /** What is wrong with a step. */
  readonly wrongStep?: (from: State, to: State) => string | undefined;
  /** What must stay within reach from every state. */
  readonly isGoal: (state: State) => boolean;
}

/** That a model keeps its promises in every state it can reach, or the shortest way to one where it does not. */
export type Exploration =
  | { readonly kind: "holds"; readonly states: number; readonly steps: number }
  | { readonly kind: "broken"; readonly why: string; readonly trace: readonly string[] };

/** What is said of a state from which the goal cannot be reached. */
export const STUCK = "the goal is out of reach";

interface Visited<State> {
  readonly state: State;
  readonly from: number;
  readonly step: string;
  /** From where this state was reached, in any way. */
  readonly predecessors: number[];
}

/**
 * Visits every state that a model can reach, nearest first: each state and step must be right, and from each state the
 * goal must be within reach.
 *
 * @param limit - states at most; a larger model throws.
 */
export function explore<State>(model: Model<State>, limit = 500_000): Exploration {
  const walk = new Walk<State>(limit);
  walk.visit(model.initial, -1, "");
  let steps = 0;
  for (const [index, { state }] of walk.visited.entries()) {
    const why = model.wrong(state);
    if (why !== undefined) return { kind: "broken", why, trace: walk.traceTo(index) };
    for (const [step, next] of model.next(state)) {
      steps += 1;
      const wrong = model.wrongStep?.(state, next);
      if (wrong !== undefined)
        return { kind: "broken", why: wrong, trace: [...walk.traceTo(index), step] };
      walk.visit(next, index, step);
    }
  }
  const stuck = walk.firstWithout(model.isGoal);
  if (stuck !== undefined) return { kind: "broken", why: STUCK, trace: walk.traceTo(stuck) };
  return { kind: "holds", states: walk.visited.length, steps };
}

/** The states visited so far, in the order of their discovery. */
class Walk<State> {
  readonly visited: Visited<State>[] = [];
  readonly #places = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  visit(state: State, from: number, step: string): void {
    const key = JSON.stringify(state);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.visited.length;
      if (place >= this.#limit) throw new RangeError(`more than ${this.#limit} states`);
      this.#places.set(key, place);
      this.visited.push({ state, from, step, predecessors: [] });
    }
    if (from >= 0) this.visited[place]?.predecessors.push(from);
  }

  traceTo(index: number): readonly string[] {
    const trace: string[] = [];
    for (let at = this.visited[index]; at !== undefined && at.from >= 0; at = this.visited[at.from])
      trace.unshift(at.step);
    return trace;
  }

  /** The first state from which no state of the goal can be reached. */
  firstWithout(isGoal: (state: State) => boolean): number | undefined {
    const queue = [...this.visited.keys()].filter((at) => isGoal(this.#stateAt(at)));
    const reaching = new Set(queue);
    for (const at of queue)
      for (const before of this.visited[at]?.predecessors ?? [])
        if (!reaching.has(before)) {
          reaching.add(before);
          queue.push(before);
        }
    return [...this.visited.keys()].find((at) => !reaching.has(at));
  }

  #stateAt(index: number): State {
    const visited = this.visited[index];
    if (visited === undefined) throw new RangeError(`no state ${index}`);
    return visited.state;
  }
}
