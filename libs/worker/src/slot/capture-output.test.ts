import { Console } from "node:console";
import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { captureOutput } from "./capture-output.ts";

describe("captureOutput", () => {
  test("takes whole lines of text and of bytes, and writes nothing through", async () => {
    const through: string[] = [];
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        through.push(String(chunk));
        done();
      },
    });
    const lines: string[] = [];

    captureOutput(stream, (line) => lines.push(line));
    new Console(stream).log("epoch %d of %d", 1, 2);
    stream.write(Buffer.from("bytes\n"));
    stream.write("half ");
    const written = Promise.withResolvers<void>();
    stream.write("and half\n", () => written.resolve());
    await written.promise;

    expect(lines).toEqual(["epoch 1 of 2", "bytes", "half and half"]);
    expect(through).toEqual([]);
  });
});
