import { backendInUse } from "@weirflow/compute";
import type { Json } from "@weirflow/contracts";

/** The tensor back end that was opened last, as JSON; nothing when none was. */
export function backendFacts(): { readonly backend?: Readonly<Record<string, Json>> } {
  const facts = backendInUse();
  // Facts are plain JSON; going through text drops what is undefined.
  return facts === undefined
    ? {}
    : { backend: JSON.parse(JSON.stringify(facts)) as Record<string, Json> };
}
