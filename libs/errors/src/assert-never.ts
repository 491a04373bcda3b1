/**
 * Ends every `switch` over a union: a new member then fails to compile instead of falling through.
 *
 * @throws Error always, when called in spite of the types.
 * @example
 * switch (state.kind) {
 *   case "idle": return 0;
 *   default: return assertNever(state);
 * }
 */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
