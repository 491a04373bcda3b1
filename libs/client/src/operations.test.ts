import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSchema, type GraphQLSchema, parse, validate } from "graphql";
import { beforeAll, describe, expect, test } from "vitest";
import type { Client, Variables } from "./create-client.ts";
import {
  ApiUnreachableError,
  ConflictError,
  InvalidInputError,
  InvalidStateError,
  NotFoundError,
} from "./errors.ts";
import {
  cancelRun,
  config,
  deploy,
  deployment,
  pauseSchedule,
  run,
  runs,
  saveConfig,
  startRun,
} from "./operations.ts";
import { watchRun } from "./watch-run.ts";

const signal = new AbortController().signal;
let schema: GraphQLSchema;

beforeAll(async () => {
  const file = join(import.meta.dirname, "../../../services/gateway/schema.graphql");
  schema = buildSchema(await readFile(file, "utf8"));
});

/** A client that answers with `data`, and keeps the documents that it was sent. */
function fakeClient(
  data: unknown,
): Client & { readonly sent: { document: string; of: Variables }[] } {
  const sent: { document: string; of: Variables }[] = [];
  return {
    url: "http://h",
    sent,
    query: async <T>(document: string, of: Variables) => {
      sent.push({ document, of });
      return await Promise.resolve(data as T); // the test knows what it asked for
    },
    subscribe: async function* <T>(document: string, of: Variables) {
      sent.push({ document, of });
      for (const value of data as readonly (T | Error)[]) {
        if (value instanceof Error) throw value;
        yield await Promise.resolve(value);
      }
    },
    download: async () => await Promise.resolve(new Uint8Array()),
  };
}

async function collect<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

const manifest = { flow: "f" } as never; // the server reads it, not the client

describe("every document", () => {
  test.each([
    ["deploy", (c: Client) => deploy(c, { manifest }, signal)],
    ["startRun", (c: Client) => startRun(c, { deployment: "f" }, signal)],
    ["cancelRun", (c: Client) => cancelRun(c, { id: "r" }, signal)],
    ["saveConfig", (c: Client) => saveConfig(c, { name: "c", body: {} }, signal)],
    ["pauseSchedule", (c: Client) => pauseSchedule(c, { deployment: "f", slug: "s" }, signal)],
    ["deployment", (c: Client) => deployment(c, "f", signal)],
    ["config", (c: Client) => config(c, "c", signal)],
    ["run", (c: Client) => run(c, "r", signal)],
    ["runs", (c: Client) => runs(c, { flow: "f", states: ["RUNNING"] }, signal)],
  ])("of %s is valid by the schema of the gateway", async (name, ask) => {
    const client = fakeClient({ [name]: { __typename: "Payload" } });

    await ask(client);

    const [{ document } = { document: "" }] = client.sent;
    expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
  });

  test("of watchRun too", async () => {
    const client = fakeClient([]);

    await collect(watchRun(client, "r", signal));

    const [{ document } = { document: "" }] = client.sent;
    expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
  });
});

describe("mutations", () => {
  test("give their payload", async () => {
    const payload = { __typename: "StartRunPayload", created: true, run: { runId: "r" } };

    const started = await startRun(fakeClient({ startRun: payload }), { deployment: "f" }, signal);

    expect(started).toMatchObject({ created: true, run: { runId: "r" } });
  });

  test("throw the errors that they expect", async () => {
    const message = "no";
    const answers = [
      { __typename: "InvalidInputError", problems: [{ path: "/a", message: "bad" }] },
      { __typename: "NotFoundError" },
      { __typename: "ConflictError", currentVersion: 4 },
      { __typename: "InvalidStateError", state: "COMPLETED" },
    ];
    const types = [InvalidInputError, NotFoundError, ConflictError, InvalidStateError];

    for (const [index, answer] of answers.entries()) {
      const client = fakeClient({ cancelRun: { ...answer, message, hint: null } });
      const error = await cancelRun(client, { id: "r" }, signal).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(types[index]);
    }
  });

  test("list what is wrong with the input, by its path", async () => {
    const problems = [{ path: "/rawData", message: "is missing" }];
    const client = fakeClient({
      startRun: { __typename: "InvalidInputError", message: "the parameters do not fit", problems },
    });

    await expect(startRun(client, { deployment: "f" }, signal)).rejects.toThrow(
      "the parameters do not fit\n  /rawData: is missing",
    );
  });
});

describe("InvalidInputError", () => {
  test("does not repeat what the server's sentence names already", () => {
    const problems = [
      { path: "/a", message: "is missing" },
      { path: "/b", message: "must be number" },
    ];

    expect(new InvalidInputError("invalid: /a is missing", problems).message).toBe(
      "invalid: /a is missing\n  /b: must be number",
    );
  });
});

describe("what is asked for by name", () => {
  test("is given, or does not exist", async () => {
    const client = fakeClient({ run: null, config: { name: "c" } });

    expect(await config(client, "c", signal)).toEqual({ name: "c" });
    await expect(run(client, "r", signal)).rejects.toThrow(NotFoundError);
  });
});

describe("watchRun", () => {
  const change = (revision: number, isOver: boolean): object => ({
    runChanged: { revision, run: { isOver }, progress: [] },
  });
  const lost = new ApiUnreachableError("http://h", "gone");

  test("ends once the run is over", async () => {
    const client = fakeClient([change(1, false), change(2, true), change(3, true)]);

    const seen = await collect(watchRun(client, "r", signal));

    expect(seen.map(({ revision }) => revision)).toEqual([1, 2]);
  });

  test("takes a broken connection up again after the last change that it saw", async () => {
    const client = fakeClient([change(7, false), lost]);
    const seen: number[] = [];

    const watch = async (): Promise<void> => {
      for await (const { revision } of watchRun(client, "r", signal, { pauseMs: 0 })) {
        seen.push(revision);
        if (seen.length === 3) return;
      }
    };
    await watch();

    expect(seen).toEqual([7, 7, 7]);
    expect(client.sent.map(({ of }) => of["after"])).toEqual([undefined, 7, 7]);
  });

  test("gives up when the server stays away", async () => {
    const client = fakeClient([lost]);

    const watch = collect(watchRun(client, "r", signal, { attempts: 2, pauseMs: 0 }));

    await expect(watch).rejects.toThrow(ApiUnreachableError);
    expect(client.sent).toHaveLength(3);
  });
});
