import { resolveNode } from "../node/resolve.ts";
import type { KnownChoices, ResolvedNode } from "../node/resolved-node.ts";
import { type Parameters, readManyParameters, readParameters } from "../node/parameters.ts";
import { plainFunctions, type SubgraphInstance } from "../node/spec.ts";
import type { Fn } from "../typed/module-types.ts";
import type { CollectedNodes } from "./collect-nodes.ts";
import type { GraphNode } from "./graph-node.ts";
import type { GraphOptions } from "./graph.ts";

/** What a plan needs of its graph. */
export interface NodeSource {
  /** The nodes that the modules define, and those that `fields` and `columns` share. */
  readonly names: ReadonlySet<string>;
  /** The node of a name once some choices are made; `undefined` for an input. */
  resolve(name: string, known: KnownChoices): ResolvedNode | undefined;
  /** The node for whoever looks at it, once some choices are made. */
  readonly describe: (name: string, node: ResolvedNode, scope?: readonly string[]) => GraphNode;
  /** What a function takes, read once. */
  parametersOf(fn: Fn): Parameters;
}

const noChoices: KnownChoices = new Map();

/** Reads each function once, and each node anew for the choices that it depends on. */
export function createNodeSource(
  { definitions, sources, subgraphs }: CollectedNodes,
  { moduleNames }: GraphOptions,
): NodeSource {
  const written = plainFunctions([...definitions.values()].map(({ fn }) => fn));
  const parameters = new Map(readManyParameters(written));
  const instances = new Set(subgraphs.map(({ instance }) => instance));
  const holds = (instance: SubgraphInstance): boolean => instances.has(instance);
  const parametersOf = (fn: Fn) => {
    const read = parameters.get(fn) ?? readParameters(fn);
    parameters.set(fn, read);
    return read;
  };
  const scope = { parametersOf, sourceOf: (fn: Fn) => sources.get(fn), holds };
  const open = new Map<string, ResolvedNode>();
  return {
    names: new Set(definitions.keys()),
    parametersOf,
    resolve(name, known) {
      const definition = definitions.get(name);
      if (definition === undefined) return undefined;
      const plain = open.get(name) ?? resolveNode(definition.fn, noChoices, scope);
      open.set(name, plain);
      return plain.choices.length === 0 ? plain : resolveNode(definition.fn, known, scope);
    },
    describe: (name, node, inside) => {
      const { module = 0, exportName = name } = definitions.get(name) ?? {};
      const moduleName = moduleNames?.[module];
      return {
        name,
        kind: node.choices.length > 0 ? "choice" : (node.fan?.kind ?? "function"),
        dependencies: node.dependencies,
        options: node.options,
        module,
        exportName,
        ...(moduleName === undefined ? {} : { moduleName }),
        ...(node.fan?.kind === "each" ? { each: node.fan.options } : {}),
        ...(inside === undefined ? {} : { scope: inside }),
      };
    },
  };
}
