/**
 * A thread that ends its process as soon as standard input is over, which is when the thread or process that holds the
 * other end is gone. A thread of its own: the main thread hears of nothing while a model runs.
 */
import { readSync } from "node:fs";

try {
  readSync(0, Buffer.alloc(1)); // nobody writes: this returns at the end
} finally {
  process.kill(process.pid, "SIGKILL");
}
