import { assertNever } from "@weirflow/errors";
import { badgeKinds, dark, light, type Palette, statuses } from "./palette.ts";

/** Which colours a picture has; `auto` follows the viewer's system. */
export type Theme = "light" | "dark" | "auto";

const fonts =
  'Inter,"Segoe UI",system-ui,-apple-system,Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif';

/**
 * The rules of a picture. Classes carry the prefix, so that pictures placed into one page do not restyle each other.
 *
 * @internal
 */
export function styleSheet(theme: Theme, prefix: string): string {
  const shapes = scoped(shapeRules(), prefix);
  switch (theme) {
    case "light":
      return shapes + scoped(colourRules(light), prefix);
    case "dark":
      return shapes + scoped(colourRules(dark), prefix);
    case "auto":
      return `${shapes}${scoped(colourRules(light), prefix)}@media (prefers-color-scheme:dark){${scoped(colourRules(dark), prefix)}}`;
    default:
      return assertNever(theme);
  }
}

type Rule = readonly [selector: string, declarations: string];

/** Selectors name classes by a leading dot; each gets the prefix. */
function scoped(rules: readonly Rule[], prefix: string): string {
  return rules
    .map(([selector, body]) => `${selector.replaceAll(".", `.${prefix}-`)}{${body}}`)
    .join("");
}

function shapeRules(): readonly Rule[] {
  return [
    [".text", `font-family:${fonts};direction:ltr;letter-spacing:normal`],
    [".title", "font-size:16px;font-weight:600"],
    [".label", "font-size:13px;font-weight:500"],
    [".small", "font-size:11px"],
    [".card", "stroke-width:1"],
    [".edge", "fill:none;stroke-width:1.5"],
    [".optional", "stroke-dasharray:5 4"],
    [".glyph", "fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round"],
    [".tint", "fill-opacity:.13"],
    [".shadow", "fill-opacity:.06"],
    [".frame", "fill-opacity:.07;stroke-width:1"],
    [".is-cancelled", "opacity:.75"],
    [".is-skipped", "opacity:.6"],
    [".is-skipped .card", "stroke-dasharray:4 3"],
    [".is-running .card", "stroke-width:1.75"],
    [".is-failed .card", "stroke-width:1.75"],
  ];
}

function colourRules(palette: Palette): readonly Rule[] {
  return [
    [".paper", `fill:${palette.paper}`],
    [".card", `fill:${palette.card};stroke:${palette.border}`],
    [".shadow", `fill:${palette.text}`],
    [".text", `fill:${palette.text}`],
    [".muted", `fill:${palette.muted}`],
    [".line", `stroke:${palette.line}`],
    [".frame", `stroke:${palette.line}`],
    [".edge", `stroke:${palette.edge}`],
    [".arrow", `fill:${palette.edge}`],
    [".cut", `stroke:${palette.card}`],
    ...badgeKinds.map((kind): Rule => [`.stroke-${kind}`, `stroke:${palette.kinds[kind]}`]),
    ...badgeKinds.map((kind): Rule => [`.fill-${kind}`, `fill:${palette.kinds[kind]}`]),
    ...statuses.map((status): Rule => [`.stroke-${status}`, `stroke:${palette.statuses[status]}`]),
    ...statuses.map((status): Rule => [`.fill-${status}`, `fill:${palette.statuses[status]}`]),
    ...palette.groups.map((colour, index): Rule => [`.group-${index}`, `fill:${colour}`]),
    [".is-running .card", `stroke:${palette.statuses.running}`],
    [".is-failed .card", `stroke:${palette.statuses.failed}`],
  ];
}
