import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { runProgram } from "./program.ts";
import { ROOT } from "./stack/service-entries.ts";

const FLOWS = resolve(ROOT, "test/flows/flow.ts");

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function weir(line: string, env: Record<string, string> = {}): Promise<Outcome> {
  const written = { out: "", err: "" };
  const code = await runProgram(
    line.split(" ").filter((word) => word !== ""),
    {
      env,
      out: { write: (text: string) => void (written.out += text) },
      err: { write: (text: string) => void (written.err += text) },
      signal: new AbortController().signal,
    },
  );
  return { code, ...written };
}

type Answers = Readonly<Record<string, unknown>>;

/** A gateway that gives these answers to operations by name; tells what it was asked. */
async function gateway(answers: Answers): Promise<{
  readonly url: string;
  readonly asked: { readonly variables: Readonly<Record<string, unknown>> }[];
}> {
  const asked: { readonly variables: Readonly<Record<string, unknown>> }[] = [];
  const answer = async (request: IncomingMessage): Promise<readonly [string, string]> => {
    const body = JSON.parse(await text(request)) as { query: string; variables: object };
    asked.push({ variables: { ...body.variables } });
    const [, kind, name = ""] = /^(\w+) (\w+)/.exec(body.query) ?? [];
    const data = JSON.stringify({ data: answers[name] });
    return kind === "subscription"
      ? ["text/event-stream", `event: next\ndata: ${data}\n\nevent: complete\ndata:\n\n`]
      : ["application/json", data];
  };
  const server = createServer((request, response) => {
    void answer(request).then(([type, body]) =>
      response.writeHead(200, { "content-type": type }).end(body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // listening on TCP, it has an address with a port
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const head = { runId: "r1", flowName: "f", state: "FAILED", isOver: true, revision: 3 };
const failed = {
  ...head,
  reason: null,
  durationMs: 5,
  traceId: "t",
  error: { code: "unknown", message: "oh", hint: null, node: "half", stack: null, cause: null },
  taskRuns: [],
  results: [],
  artifacts: [],
  lineage: { nodeExecutions: 1, values: 0, bytes: 0 },
};
const started = { startRun: { __typename: "StartRunPayload", created: true, run: head } };
const change = { runChanged: { revision: 3, run: { ...head, taskRuns: [] }, progress: [] } };

describe("weir", () => {
  test("answers help with 0 and what it does not know with 2, to standard error", async () => {
    const [help, unknown, option] = await Promise.all([
      weir("--help"),
      weir("deplyo x"),
      weir("check --jsn x"),
    ]);

    expect([help.code, unknown.code, option.code]).toEqual([0, 2, 2]);
    expect(help.out).toContain("Usage: weir");
    expect(unknown.err).toContain("Did you mean deploy?");
    expect(option.err).toContain("Did you mean --json?");
  });

  test("exits with 4 where nobody answers, and says so in JSON too", async () => {
    const { code, out, err } = await weir("runs ls --json --url http://127.0.0.1:1");

    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ error: { code: "client/unreachable" } });
    expect(err).toContain("weir dev");
  });
});

describe("weir check", () => {
  test("lists sound flows", async () => {
    const { code, out } = await weir(`check ${FLOWS}`);

    expect(code).toBe(0);
    expect(out).toContain("ok  diamond: 4 tasks");
    expect(out).toContain("0 problems");
  });

  test("exits with 2 when something is wrong", async () => {
    const { code, out } = await weir(`check --json ${FLOWS} missing.ts`);

    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ problems: [{ code: "source/not-found" }] });
  });
});

describe("weir check of function modules", () => {
  const mistakes = "libs/check/test/fixtures/mistakes.ts";

  test("tells every edge that does not fit, at its place, and exits with 2", async () => {
    const { code, out } = await weir(`check ${resolve(ROOT, mistakes)}`);

    expect(code).toBe(2);
    expect(out).toContain(
      `${mistakes}:8:36: "upper" takes another type for "first" than it gets: Type 'undefined' is not assignable to type 'string'. (check/edge-type); change the type`,
    );
    expect(out).toContain("(check/input-type)");
    expect(out).toContain("10 nodes, 3 problems\n");
  });

  test("is stricter on request, and says it in JSON", async () => {
    const { code, out } = await weir(`check --strict --json ${resolve(ROOT, mistakes)}`);

    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ code: "check/untyped", node: "parsed", line: 26 }),
      ]) as unknown,
    });
  });

  test("says what keeps a graph from being built", async () => {
    const file = resolve(ROOT, "libs/check/test/fixtures/modified.ts");

    const { code, out } = await weir(`check ${file} ${file}`);

    expect(code).toBe(2);
    expect(out).toContain("(dag/duplicate)");
  });
});

describe("weir check of nothing", () => {
  test("exits with 2 too: a folder without flows is a mistake", async () => {
    const { code, out } = await weir(`check ${resolve(ROOT, "libs/errors")}`);

    expect([code, out]).toEqual([2, "0 flows, 0 problems\n"]);
  });
});

describe("weir graph", () => {
  test("tells the types of values in JSON", async () => {
    const { out } = await weir(
      `graph --json ${resolve(ROOT, "libs/check/test/fixtures/mistakes.ts")}`,
    );
    const { nodes } = JSON.parse(out) as {
      readonly nodes: readonly { readonly name: string; readonly type: string }[];
    };

    expect(Object.fromEntries(nodes.map(({ name, type }) => [name, type]))).toMatchObject({
      first: "number | undefined",
      later: "{ size: number; }",
      by: "number",
    });
  });

  test.each([
    ["--dot", "digraph"],
    ["--mermaid", "flowchart"],
    ["--svg", "<svg"],
    ["", "chain: gatedTask"],
  ])("prints %s", async (format, start) => {
    const { code, out } = await weir(`graph ${FLOWS} --task gatedTask ${format}`);

    expect(code).toBe(0);
    expect(out).toContain(start);
    expect(out).toContain("passed");
  });

  test("prints JSON of every task, and knows no task by another name", async () => {
    const [all, none] = await Promise.all([
      weir(`graph ${FLOWS} --json`),
      weir(`graph ${FLOWS} --task gatedTaks`),
    ]);

    const { graphs } = JSON.parse(all.out) as { graphs: { task: string }[] };
    expect(graphs.map(({ task }) => task)).toContain("halve");
    expect(none.code).toBe(2);
    expect(none.err).toContain('did you mean "gatedTask"?');
  });
});

describe("weir schedule preview", () => {
  test("shows the next occurrences of a file", async () => {
    const { code, out } = await weir(`schedule preview ${FLOWS} --json --count 3`);

    const { schedules } = JSON.parse(out) as { schedules: { flow: string; next: string[] }[] };
    expect(code).toBe(0);
    expect(schedules.map(({ flow }) => flow)).toEqual(["daily"]);
    expect(schedules[0]?.next).toHaveLength(3);
    for (const at of schedules[0]?.next ?? []) expect(at.endsWith("T09:00:00.000Z")).toBe(true);
  });
});

describe("weir deploy", () => {
  test("sends each flow of a file with its parameters", async () => {
    const deployment = { schedules: [], triggers: [], flow: { name: "f" } };
    const server = await gateway({
      Deploy: { deploy: { __typename: "DeployPayload", created: true, deployment } },
    });

    const { code, out } = await weir(
      `deploy ${FLOWS} --url ${server.url} --name night -p dir=/x --paused`,
    );

    expect(code).toBe(0);
    expect(out).toContain("deployed diamond/night version");
    expect(server.asked.length).toBeGreaterThan(5);
    expect(server.asked[0]?.variables["input"]).toMatchObject({
      name: "night",
      params: { dir: "/x" },
      paused: true,
      manifest: { calls: expect.any(Array) },
    });
  });
});

describe("weir run", () => {
  test("watches the run and exits with 1 when it failed", async () => {
    const server = await gateway({ StartRun: started, Watch: change, Run: { run: failed } });

    const { code, out } = await weir("run f -p of=8 --key k1", { WEIR_URL: server.url });

    expect(code).toBe(1);
    expect(out).toContain("started run r1");
    expect(out).toContain("error     oh (unknown)");
    expect(server.asked[0]?.variables["input"]).toEqual({
      deployment: "f",
      params: { of: 8 },
      idempotencyKey: "k1",
    });
  });

  test("only starts it when detached", async () => {
    const server = await gateway({ StartRun: started });

    const { code, out } = await weir(`run f -d --json --url ${server.url}`);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ run: { runId: "r1" }, created: true });
    expect(server.asked).toHaveLength(1);
  });

  test("exits with 2 for a wrong parameter, with its path", async () => {
    const server = await gateway({
      StartRun: {
        startRun: {
          __typename: "InvalidInputError",
          message: "the parameters do not fit",
          hint: null,
          problems: [{ path: "/of", message: "must be number" }],
        },
      },
    });

    const { code, err } = await weir(`run f -p of=x --url ${server.url}`);

    expect(code).toBe(2);
    expect(err).toContain("/of: must be number");
  });
});

describe("weir runs", () => {
  test("lists with filters, shows, and exits with 3 for a run that is not there", async () => {
    const server = await gateway({
      Runs: { runs: { nodes: [head], pageInfo: { hasNextPage: false, endCursor: null } } },
      Run: { run: null },
    });

    const list = await weir(`runs ls --state FAILED --limit 5 --json --url ${server.url}`);
    const show = await weir(`runs show r2 --url ${server.url}`);

    expect(JSON.parse(list.out)).toMatchObject({ runs: [{ runId: "r1" }] });
    expect(server.asked[0]?.variables).toEqual({ filter: { states: ["FAILED"] }, first: 5 });
    expect(show.code).toBe(3);
    expect(show.err).toContain('the run "r2" does not exist');
  });

  test("cancels", async () => {
    const cancelled = { ...head, state: "CANCELLING" };
    const server = await gateway({
      CancelRun: { cancelRun: { __typename: "CancelRunPayload", run: cancelled } },
    });

    const { out } = await weir(`runs cancel r1 --reason late --url ${server.url}`);

    expect(out).toBe("run r1 is CANCELLING\n");
    expect(server.asked[0]?.variables).toEqual({ input: { id: "r1", reason: "late" } });
  });
});

describe("weir config", () => {
  test("changes some fields of the version that it read", async () => {
    const document = { name: "training", version: 4, body: { seed: 1, rate: 2 } };
    const saved = { config: { ...document, version: 5 } };
    const server = await gateway({
      Config: { config: document },
      SaveConfig: { saveConfig: { __typename: "SaveConfigPayload", ...saved } },
    });

    const { code, out } = await weir(`config set training seed=7 --url ${server.url}`);

    expect(code).toBe(0);
    expect(out).toBe("training is at version 5\n");
    expect(server.asked[1]?.variables).toEqual({
      input: { name: "training", body: { seed: 7, rate: 2 }, expectedVersion: 4 },
    });
  });

  test("saves a whole document without reading", async () => {
    const server = await gateway({
      SaveConfig: {
        saveConfig: { __typename: "SaveConfigPayload", config: { name: "c", version: 1 } },
      },
    });

    const { code } = await weir(`config set c {"a":1} --url ${server.url}`);

    expect(code).toBe(0);
    expect(server.asked[0]?.variables).toEqual({ input: { name: "c", body: { a: 1 } } });
  });

  test("refuses two documents at once", async () => {
    const { code } = await weir(`config set c {} {}`);

    expect(code).toBe(2);
  });
});

describe("weir dev", () => {
  test("says that there are no flows before it starts anything", async () => {
    const { code, err } = await weir("dev --flows no-such-folder");

    expect(code).toBe(2);
    expect(err).toContain('there is no "no-such-folder" to take flows from');
  });
});
