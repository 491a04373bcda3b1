import { tmpdir } from "node:os";
import { eventually } from "@weirflow/testing";
import { describe, expect, test } from "vitest";
import { endGently, endProcess } from "./end-process.ts";
import { commandOf, isAlive } from "./process-info.ts";
import { launchServer, type LaunchOptions } from "./server-process.ts";

const never = new AbortController().signal;

/** A shell script in place of a server. */
function script(text: string, more: Partial<LaunchOptions> = {}): LaunchOptions {
  return {
    name: "script",
    command: "sh",
    args: ["-c", text, "weirflow-test-script"],
    cwd: tmpdir(),
    env: process.env,
    readyLine: /^ready/,
    signal: never,
    ...more,
  };
}

describe("launchServer", () => {
  test("resolves at the ready line, on either stream, and passes on every line", async () => {
    const lines: string[] = [];
    const text = "echo one; echo ready >&2; exec sleep 60";

    const server = await launchServer(script(text, { onOutput: (line) => lines.push(line) }));

    expect(isAlive(server.pid)).toBe(true);
    await eventually(() => expect(lines.toSorted()).toEqual(["one", "ready"]));
    await endGently(server, "SIGTERM");
    expect(isAlive(server.pid)).toBe(false);
  });

  test("goes on passing lines once it is up", async () => {
    const later = Promise.withResolvers<string>();
    const onOutput = (line: string): void => void (line === "later" && later.resolve(line));
    const server = await launchServer(
      script("echo ready; echo later; exec sleep 60", { onOutput }),
    );

    expect(await later.promise).toBe("later");
    await endProcess(server, "SIGKILL");
  });

  test("tells the end of one that ends instead, with what it wrote", async () => {
    const refused = launchServer(script("echo no luck >&2; exit 3"));

    await expect(refused).rejects.toMatchObject({
      code: "embedded/start-failed",
      message: "script did not start: it ended with code 3\nno luck",
      output: "no luck",
    });
  });

  test("keeps only the end of what it wrote", async () => {
    const refused = launchServer(script("seq 1 100; exit 1"));

    await expect(refused).rejects.toMatchObject({
      output: expect.stringMatching(/^71\n72\n[\d\n]*\n100$/),
    });
  });

  test("tells that a program cannot be run", async () => {
    const refused = launchServer(script("", { command: "/nowhere/server" }));

    await expect(refused).rejects.toThrow('script did not start: "/nowhere/server" cannot be run');
  });

  test("kills what it started when the start is aborted", async () => {
    const stop = new AbortController();
    let pid = 0;
    const onOutput = (line: string): void => {
      pid = Number(line);
      stop.abort();
    };

    const refused = launchServer(
      script("echo $$; exec sleep 60", { onOutput, signal: stop.signal }),
    );

    await expect(refused).rejects.toMatchObject({ code: "lifecycle/cancelled" });
    expect(pid).toBeGreaterThan(0);
    expect(isAlive(pid)).toBe(false);
  });
});

describe("endProcess", () => {
  test("waits for a process that is somebody else's", async () => {
    const server = await launchServer(script("echo ready; exec sleep 60"));

    await endProcess(server.pid, "SIGTERM");

    expect(isAlive(server.pid)).toBe(false);
  });

  test("is content with one that is gone", async () => {
    const server = await launchServer(script("echo ready; exec sleep 60"));
    await endProcess(server, "SIGKILL");

    await expect(endProcess(server, "SIGKILL")).resolves.toBeUndefined();
    await expect(endProcess(server.pid, "SIGKILL")).resolves.toBeUndefined();
  });
});

describe("commandOf", () => {
  test("is the command line of a running process", async () => {
    const server = await launchServer(script("echo ready; exec sleep 61"));

    expect((await commandOf(server.pid)).split(/\0| /)).toEqual(
      expect.arrayContaining(["sleep", "61"]),
    );
    await endProcess(server, "SIGKILL");
    expect(await commandOf(server.pid)).toBe("");
  });
});
