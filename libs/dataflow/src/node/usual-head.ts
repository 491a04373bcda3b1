/** What the head of a usual function says. */
export interface UsualHead {
  /** Keys of the object that it takes; all are required. */
  readonly keys: readonly string[];
  /** Whether it declares a second parameter. */
  readonly usesContext: boolean;
}

/** `({ a, b }) =>` or `function f() {`; a context may stand behind the keys. Groups: keyword, keys, context, end. */
const HEAD =
  /^(?:async\b\s*)?(function\b\s*[\w$]*\s*)?\(\s*(?:\{([\w$,\s]*)\}\s*(,\s*(?:[A-Za-z_$][\w$]*|\{[\w$,\s]*\})\s*)?,?\s*)?\)\s*(=>|\{(?!\s*\[native code\]))/u;
const NAME = /[\w$]+/gu;

/**
 * Reads the head of a function that names what it takes and says no more: no default, no other name, no comment. Most
 * functions are like that, and building a graph is mostly waiting for the parser of the rest.
 *
 * @param text - of a function, as the engine tells it. It has been parsed, so letters and commas between the braces are
 *   names.
 * @returns `undefined` where a parser has to look.
 */
export function usualHead(text: string): UsualHead | undefined {
  const [, keyword, keys = "", context, end] = HEAD.exec(text) ?? [];
  // without the keyword, a body in braces is that of a method
  if (end !== (keyword === undefined ? "=>" : "{")) return undefined;
  return { keys: keys.match(NAME) ?? [], usesContext: context !== undefined };
}
