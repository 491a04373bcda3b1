import {
  type Binding,
  type CallNeeds,
  callNeeds,
  type Fn,
  GraphError,
  type NodeParts,
  nodeParts,
  type SubgraphInstance,
} from "@weirflow/dataflow";

/** Where the program finds the type of a function. */
export type Callee =
  | ExportCallee
  | { readonly kind: "inner" | "saver"; readonly of: Callee; readonly name: string };

/** An export of a file. */
export interface ExportCallee {
  readonly kind: "export";
  readonly file: string;
  readonly name: string;
}

/** What a name stands for that a function takes. */
export type Meaning =
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "constant"; readonly of: Callee; readonly name: string }
  | { readonly kind: "group"; readonly members: readonly GroupMember[] };

/** A member of a group: of a list where it has no key. */
export interface GroupMember {
  readonly key?: string;
  readonly meaning: Meaning;
}

/** A node whose function can be called in the program. */
export interface KnownNode {
  /** Its name in the graph. */
  readonly name: string;
  readonly fn: Fn;
  readonly callee: Callee;
  /** What the names mean that its function takes. */
  readonly means: (name: string) => Meaning;
  /** The node whose value is its own. */
  readonly leadsTo?: string;
  /** What its function takes; absent where another's value is its own, so that it is not called. */
  readonly call?: CallNeeds;
  /** Whether nothing takes its value: it saves another's. */
  readonly isSaver: boolean;
}

/** A node of a subgraph, a whole subgraph, or a saver, that cannot be called: nobody knows its type. */
export interface UnknownPart {
  readonly kind: "subgraph" | "saver";
  readonly name: string;
  /** The node inside of whose function it runs, where it is none of the graph. */
  readonly within?: string;
  readonly leadingExport: ExportCallee;
}

/** The nodes of a graph that the program can call, by name, and what it cannot. */
export interface KnownParts {
  readonly nodes: ReadonlyMap<string, KnownNode>;
  readonly unknown: readonly UnknownPart[];
}

/** An export of the graph's modules. */
export interface Exported {
  readonly name: string;
  readonly fn: Fn;
  readonly file: string;
}

/** A text for a function of the program, the same for the same one. */
export function calleeKey(callee: Callee): string {
  return JSON.stringify(callee);
}

/**
 * Finds all nodes whose functions have types in the program: exports, what is inside of their subgraphs, their savers.
 *
 * @param names - those of all nodes of the graph.
 * @param untyped - keys of functions of which the compiler knows nothing.
 */
export function knownParts(
  exports: readonly Exported[],
  names: ReadonlySet<string>,
  untyped: ReadonlySet<string>,
): KnownParts {
  const walk = new PartWalk(names, untyped);
  const members = exports.map(({ name, fn, file }): Member => {
    return { name, fn, callee: { kind: "export", file, name } };
  });
  walk.level(members, "", (name) => ({ kind: "value", name }));
  return withCalls(walk);
}

/** The same with what functions take, and without those that cannot be called by themselves. */
function withCalls({ nodes, unknown }: KnownParts): KnownParts {
  const called = new Map<string, KnownNode>();
  const others: UnknownPart[] = [];
  for (const [name, node] of nodes) {
    const { leadsTo, ...own } = node;
    if (leadsTo !== undefined && nodes.has(leadsTo)) called.set(name, node);
    else
      try {
        called.set(name, { ...own, call: callNeeds(node.fn) });
      } catch (error) {
        // a part that gathers items from around it is no graph by itself
        if (!(error instanceof GraphError)) throw error;
        others.push({ kind: "subgraph", name, leadingExport: exportOf(node.callee) });
      }
  }
  return { nodes: called, unknown: [...unknown, ...others] };
}

/** The export that leads to a function. */
export function exportOf(callee: Callee): ExportCallee {
  return callee.kind === "export" ? callee : exportOf(callee.of);
}

/** A function of one level: of the graph, or of a subgraph. */
interface Member {
  /** Its name on the level. */
  readonly name: string;
  readonly fn: Fn;
  readonly callee: Callee;
}

/** A subgraph, and the functions of its level that lead to it. */
interface Led {
  readonly instance: SubgraphInstance;
  readonly leadingExport: ExportCallee;
  /** The function in whose type the nodes inside are; `undefined` where there is none. */
  readonly lead: Callee | undefined;
}

class PartWalk implements KnownParts {
  readonly nodes = new Map<string, KnownNode>();
  readonly unknown: UnknownPart[] = [];
  readonly #names: ReadonlySet<string>;
  readonly #untyped: ReadonlySet<string>;

  constructor(names: ReadonlySet<string>, untyped: ReadonlySet<string>) {
    this.#names = names;
    this.#untyped = untyped;
  }

  level(members: readonly Member[], prefix: string, means: KnownNode["means"]): void {
    const led = new Map<SubgraphInstance, Led>();
    for (const member of members) {
      const parts = nodeParts(member.fn);
      this.#addNode(member, prefix, means, parts);
      for (const [part, saver] of Object.entries(parts.savers))
        this.#addSaver(member, { part, saver, prefix, means });
      for (const instance of parts.subgraphs) {
        const lead = parts.leadsTo?.instance === instance ? member.callee : undefined;
        const known = led.get(instance)?.lead ?? lead;
        led.set(instance, { instance, leadingExport: exportOf(member.callee), lead: known });
      }
    }
    for (const each of led.values()) this.#inside(each, prefix, means);
    for (const { fn, name, callee } of members)
      for (const { namespace } of nodeParts(fn).hidden.filter((each) => !led.has(each)))
        this.unknown.push({
          kind: "subgraph",
          name: namespace,
          within: prefix + name,
          leadingExport: exportOf(callee),
        });
  }

  #addNode(
    { name, fn, callee }: Member,
    prefix: string,
    means: KnownNode["means"],
    { leadsTo }: NodeParts,
  ): void {
    const full = prefix + name;
    const led = leadsTo && `${prefix}${leadsTo.instance.namespace}.${leadsTo.node}`;
    const own = { name: full, fn, callee, means, isSaver: false };
    this.nodes.set(full, led === undefined ? own : { ...own, leadsTo: led });
  }

  #addSaver(owner: Member, { part, saver, prefix, means }: Saving): void {
    const value = prefix + owner.name;
    const name = `${value}.${part}`;
    const callee: Callee = { kind: "saver", of: owner.callee, name: part };
    if (this.#untyped.has(calleeKey(callee)))
      this.unknown.push({ kind: "saver", name, leadingExport: exportOf(owner.callee) });
    else
      this.nodes.set(name, {
        name,
        fn: saver,
        callee,
        means: (need) => (need === "value" ? { kind: "value", name: value } : means(need)),
        isSaver: true,
      });
  }

  #inside({ instance, leadingExport, lead }: Led, prefix: string, means: KnownNode["means"]): void {
    const { namespace } = instance;
    if (lead === undefined) {
      this.unknown.push({ kind: "subgraph", name: prefix + namespace, leadingExport });
      return;
    }
    const inner = `${prefix}${namespace}.`;
    const members = functionsOf(instance.modules)
      .filter(([name]) => this.#names.has(inner + name))
      .map(([name, fn]): Member => {
        return { name, fn, callee: { kind: "inner", of: lead, name } };
      });
    const typed = members.filter(({ callee }) => !this.#untyped.has(calleeKey(callee)));
    for (const { name } of members.filter((each) => !typed.includes(each)))
      this.unknown.push({ kind: "subgraph", name: inner + name, leadingExport });
    this.level(typed, inner, (name) => this.#innerMeaning(name, { instance, lead, inner, means }));
  }

  #innerMeaning(name: string, { instance, lead, inner, means }: Inside): Meaning {
    if (this.#names.has(inner + name)) return { kind: "value", name: inner + name };
    const { bindings } = instance;
    const binding = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
    return binding === undefined ? means(name) : boundMeaning(binding, { name, lead, means });
  }
}

interface Saving {
  readonly part: string;
  readonly saver: Fn;
  readonly prefix: string;
  readonly means: KnownNode["means"];
}

interface Inside {
  readonly instance: SubgraphInstance;
  readonly lead: Callee;
  readonly inner: string;
  /** What names mean around the subgraph. */
  readonly means: KnownNode["means"];
}

function boundMeaning(
  binding: Binding,
  { name, lead, means }: Pick<Inside, "lead" | "means"> & { readonly name: string },
): Meaning {
  if (typeof binding === "string") return means(binding);
  if (binding.bind === "value") return { kind: "constant", of: lead, name };
  const { nodes } = binding;
  const members = isList(nodes)
    ? nodes.map((node) => ({ meaning: means(node) }))
    : Object.entries(nodes).map(([key, node]) => ({ key, meaning: means(node) }));
  return { kind: "group", members };
}

function isList(
  nodes: readonly string[] | Readonly<Record<string, string>>,
): nodes is readonly string[] {
  return Array.isArray(nodes);
}

/** The functions of modules, each by its name: of several, that of the last, which overrides. */
function functionsOf(modules: readonly object[]): readonly (readonly [string, Fn])[] {
  const entries = modules.flatMap((module) => Object.entries(module));
  const functions = entries.filter(
    (entry): entry is [string, Fn] => typeof entry[1] === "function",
  );
  return [...new Map(functions)];
}
