const NATIVE = /\{\s*\[native code\]\s*\}$/u;
const FUNCTION = /^(?:async\s+)?function\b/u;
const FUNCTION_HEAD = /^[^]*?\)\s*\{/u;
const ARROW_HEAD = /^[^]*?=>/u;

/**
 * The text of a function up to its body, with an empty body; `undefined` where it does not look like a function,
 * or only its body says that there is nothing to read.
 *
 * It is a guess, for `=>` and `) {` may also stand in a default value: ask a parser whether it is a function as a whole. If it
 * is, its parameters are those of the text, since what stands before a body does not depend on it.
 */
export function headOf(text: string): string | undefined {
  if (NATIVE.test(text)) return undefined;
  const isFunction = FUNCTION.test(text);
  const head = (isFunction ? FUNCTION_HEAD : ARROW_HEAD).exec(text)?.[0];
  if (head === undefined) return undefined;
  return isFunction ? `${head}}` : `${head}0`;
}
