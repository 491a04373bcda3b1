import { createServer, type AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { freePort, isPortFree } from "../free-port.ts";
import { natsInfo } from "./nats-info.ts";

/** A server that greets like this, in these pieces, and then hangs up. */
async function greeter(...pieces: readonly string[]) {
  const server = createServer((socket) => {
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => void (await new Promise((done) => server.close(done))),
  };
}

describe("natsInfo", () => {
  test("reads the greeting of a nats-server, also in pieces", async () => {
    await using server = await greeter('INFO {"version":"2.14.0",', '"jetstream":true}\r\n');

    expect(await natsInfo(server.port)).toEqual({ version: "2.14.0", hasJetStream: true });
  });

  test("sees a server without JetStream", async () => {
    await using server = await greeter('INFO {"version":"2.14.0"}\r\n');

    expect(await natsInfo(server.port)).toEqual({ version: "2.14.0", hasJetStream: false });
  });

  test.each(["HTTP/1.1 400 Bad Request\r\n", "", "INFO null\r\n", "INFO {}\r\n", "INFO {\r\n"])(
    "is absent for whoever says %j",
    async (greeting) => {
      await using server = await greeter(greeting);

      expect(await natsInfo(server.port)).toBeUndefined();
    },
  );

  test("is absent where nobody listens", async () => {
    expect(await natsInfo(await freePort())).toBeUndefined();
  });
});

describe("isPortFree", () => {
  test("sees who listens", async () => {
    const server = await greeter();

    expect(await isPortFree(server.port)).toBe(false);
    await server[Symbol.asyncDispose]();
    expect(await isPortFree(server.port)).toBe(true);
  });
});
