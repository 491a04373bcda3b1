const MAX_COLUMNS = 200;
const MAX_COLUMN_CHARS = 100;
const MAX_CHARS = 4_000;

/** The first names of a table's columns, as many as a summary has room for. */
export function columnNames(names: readonly string[]): string[] {
  const shown: string[] = [];
  let chars = 0;
  for (const name of names.slice(0, MAX_COLUMNS)) {
    const cut = name.slice(0, MAX_COLUMN_CHARS);
    chars += cut.length;
    if (chars > MAX_CHARS) break;
    shown.push(cut);
  }
  return shown;
}
