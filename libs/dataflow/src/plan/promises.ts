/** A value that is there, or will be. */
export type Later<T> = T | PromiseLike<T>;

/** Whether a value is a promise, or works like one. */
export function isThenable<T>(value: Later<T>): value is PromiseLike<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

/** Goes on with a value, at once or when its promise is fulfilled. */
export function andThen<T, R>(value: Later<T>, goOn: (value: T) => Later<R>): Later<R> {
  return isThenable(value) ? value.then(goOn) : goOn(value);
}
