/**
 * Types that may leave a task because something can write them to bytes, beside plain data.
 *
 * @example
 * declare module "weirflow" {
 *   interface Codecs { arrowTable: Table }
 * }
 */
export interface Codecs {
  bytes: ArrayBufferView;
  date: Date;
  map: ReadonlyMap<unknown, unknown>;
  set: ReadonlySet<unknown>;
}
