/** What the head of a usual function says. */
export interface UsualHead {
  /** Keys of the object that it takes; all are required. */
  readonly keys: readonly string[];
  /** Whether it declares a second parameter. */
  readonly usesContext: boolean;
}

/** `({ a, b })` or `()`; behind the keys a context may stand, as a name or taken apart likewise. */
const PARAMETERS =
  /^\(\s*(?:\{([\w$,\s]*)\}\s*(,\s*(?:[A-Za-z_$][\w$]*|\{[\w$,\s]*\})\s*)?,?\s*)?\)\s*/u;
const ARROW = /^(?:async\s*)?(?=\()/u;
const FUNCTION = /^(?:async\s+)?function\b\s*[\w$]*\s*(?=\()/u;
const NATIVE_BODY = /^\{\s*\[native code\]/u;

/**
 * Reads the head of a function that names what it takes and says no more: no default, no other name, no comment. Most
 * functions are like that, and building a graph is mostly waiting for the parser of the rest.
 *
 * @param text - of a function, as the engine tells it. It has been parsed, so letters and commas between the braces are
 *   names.
 * @returns `undefined` where a parser has to look.
 */
export function usualHead(text: string): UsualHead | undefined {
  const isFunction = FUNCTION.exec(text);
  const start = (isFunction ?? ARROW.exec(text))?.[0].length;
  if (start === undefined) return undefined;
  const rest = text.slice(start);
  const found = PARAMETERS.exec(rest);
  if (found === null) return undefined;
  const [{ length }, keys = "", context] = found;
  const body = rest.slice(length);
  const isUsual = isFunction === null ? body.startsWith("=>") : isOwnBody(body);
  return isUsual ? { keys: namesIn(keys), usesContext: context !== undefined } : undefined;
}

function isOwnBody(body: string): boolean {
  return body.startsWith("{") && !NATIVE_BODY.test(body);
}

function namesIn(list: string): readonly string[] {
  return list.match(/[\w$]+/gu) ?? [];
}
