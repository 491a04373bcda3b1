import { describe, expect, test } from "vitest";
import { TaskCrashedError } from "../errors.ts";
import { SlotLine } from "./slot-line.ts";

const crash = new TaskCrashedError("exit", "it left");

/** Hears a line, and keeps what it heard. */
function ear() {
  const heard: unknown[] = [];
  return {
    heard,
    onMessage: (message: { readonly kind: string }) => heard.push(message.kind),
    onOutput: (stream: string, line: string) => heard.push(`${stream}: ${line}`),
    onEnd: (end: TaskCrashedError) => heard.push(end),
  };
}

describe("SlotLine", () => {
  test("tells everything to who listens now, and nothing to who did", () => {
    const line = new SlotLine();
    const [first, second] = [ear(), ear()];

    line.hear({ kind: "up" });
    line.listen(first);
    line.hear({ kind: "up" });
    line.listen(second);
    line.hearLine("stderr", "words");
    line.end(crash);

    expect(first.heard).toEqual(["up"]);
    expect(second.heard).toEqual(["stderr: words", crash]);
  });

  test("ends once, and tells of it also who comes late", async () => {
    const line = new SlotLine();
    const late = ear();
    expect(line.isOpen).toBe(true);

    line.end(crash);
    line.end(new TaskCrashedError("signal", "again"));
    line.listen(late);

    expect(line.isOpen).toBe(false);
    expect(late.heard).toEqual([crash]);
    expect(await line.ended).toBe(crash);
  });
});
