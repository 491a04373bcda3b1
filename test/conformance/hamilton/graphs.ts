import type { UntypedGraph } from "@weirflow/dataflow";

/** A graph as Hamilton's documentation draws one: what each node needs, optional needs with a question mark. */
export function needsOf({ nodes }: Pick<UntypedGraph, "nodes">): Record<string, string[]> {
  return Object.fromEntries(
    nodes.map(({ name, dependencies }) => [
      name,
      dependencies.map((need) => (need.required ? need.name : `${need.name}?`)),
    ]),
  );
}

/** What is wrong, as `code: message` of each problem; empty when nothing is refused. */
export async function problemsOf(attempt: () => unknown): Promise<string[]> {
  try {
    await attempt();
    return [];
  } catch (error) {
    // every refusal of a graph lists its problems
    const { problems } = error as { problems?: readonly { code: string; message: string }[] };
    if (problems === undefined) throw error;
    return problems.map(({ code, message }) => `${code}: ${message}`);
  }
}
