/** Marks a module whose nodes stand in the place of others. */
export const OVERRIDE: unique symbol = Symbol.for("weirflow.override");

/** A module whose nodes stand in the place of those of earlier modules. */
export interface Overriding {
  readonly [OVERRIDE]: true;
}

/**
 * Puts the nodes of a module in the place of those that earlier modules make; without it, a second node of one name is
 * refused. A node that replaces nothing is refused too: it is most likely misspelt.
 *
 * The module itself is not changed.
 *
 * @example
 * const cheap = graph(trainModel, override({ model: () => baseline }));
 */
export function override<M extends object>(module: M): M & Overriding {
  return Object.freeze(Object.assign({ [OVERRIDE]: true as const }, module));
}

/** Whether a module replaces nodes. */
export function isOverriding(module: object): boolean {
  return OVERRIDE in module;
}
