export {
  NoThreadExportError,
  ThreadEndedError,
  ThreadNodeError,
  UncopiableValueError,
} from "./errors.ts";
export { type ThreadPool, threadPool, type ThreadPoolOptions } from "./thread-pool.ts";
