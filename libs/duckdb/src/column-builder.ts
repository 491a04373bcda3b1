import type { DuckDBValue, DuckDBVector } from "@duckdb/node-api";
import { dateOf, numberOf, textOf } from "./cell-of.ts";
import type { ColumnKind } from "./column-kind.ts";
import { InvalidColumnError } from "./errors.ts";
import type { Cell, Column } from "./table.ts";

/** What to build. */
export interface ColumnPlan {
  readonly name: string;
  readonly kind: ColumnKind;
  /** What a missing number becomes. */
  readonly missing: "nan" | "null";
}

/** Gathers the cells of one column from the chunks of a result. */
export interface ColumnBuilder {
  /** Takes the cells `start` to before `end` of a vector; `row` counts all rows before them. */
  append(vector: DuckDBVector, start: number, end: number, row: number): void;
  /** Gives what was gathered, and begins anew. */
  take(): Column;
  /** What was gathered takes, roughly. */
  readonly sizeBytes: number;
}

/** A builder for one kind of column. */
export function columnBuilder(plan: ColumnPlan): ColumnBuilder {
  return BUILDERS[plan.kind](plan);
}

const BUILDERS: Readonly<Record<ColumnKind, (plan: ColumnPlan) => ColumnBuilder>> = {
  float64: (plan) => new NumbersBuilder(plan, Float64Array, numberOf),
  float32: (plan) => new NumbersBuilder(plan, Float32Array, numberOf),
  int32: (plan) => new NumbersBuilder(plan, Int32Array, numberOf),
  int64: (plan) => new NumbersBuilder(plan, BigInt64Array, asBigint),
  bigint: (plan) => new CellsBuilder(plan, asBigint),
  boolean: (plan) => new CellsBuilder(plan, (cell) => cell as boolean), // they have no other cells
  text: (plan) => new CellsBuilder(plan, textOf),
  date: (plan) => new CellsBuilder(plan, dateOf),
};

function asBigint(cell: DuckDBValue): bigint {
  return cell as bigint; // columns of 64 bits and more have no other cells
}

type NumberArray = Float64Array | Float32Array | Int32Array | BigInt64Array;

interface ArrayClass<A extends NumberArray> {
  new (length: number): A;
  readonly BYTES_PER_ELEMENT: number;
}

/** A typed array that grows, and where its gaps are. */
class NumbersBuilder<A extends NumberArray> implements ColumnBuilder {
  readonly #plan: ColumnPlan;
  readonly #Array: ArrayClass<A>;
  readonly #read: (cell: DuckDBValue) => A[number] | undefined;
  #values: A;
  #length = 0;
  #gaps: number[] = [];

  constructor(
    plan: ColumnPlan,
    array: ArrayClass<A>,
    read: (cell: DuckDBValue) => A[number] | undefined,
  ) {
    this.#plan = plan;
    this.#Array = array;
    this.#read = read;
    this.#values = new array(FIRST_ROWS);
  }

  get sizeBytes(): number {
    return this.#length * this.#Array.BYTES_PER_ELEMENT;
  }

  append(vector: DuckDBVector, start: number, end: number, row: number): void {
    this.#reserve(this.#length + end - start);
    for (let i = start; i < end; i += 1) {
      const cell = vector.getItem(i);
      if (cell === null) this.#addGap();
      else
        this.#values[this.#length] = this.#read(cell) ?? unkept(this.#plan, cell, row + i - start);
      this.#length += 1;
    }
  }

  take(): Column {
    const values = this.#values.slice(0, this.#length);
    const gaps = this.#gaps;
    this.#length = 0;
    this.#gaps = [];
    return gaps.length === 0 ? values : withGaps(values, gaps);
  }

  #addGap(): void {
    if (this.#plan.missing === "nan") this.#values[this.#length] = Number.NaN;
    else this.#gaps.push(this.#length);
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const larger = new this.#Array(Math.max(length, this.#values.length * 2));
    larger.set(this.#values as never); // of the same class
    this.#values = larger;
  }
}

/** Rows that there is room for at first: those of one chunk of DuckDB. */
const FIRST_ROWS = 2_048;

function withGaps(values: NumberArray, gaps: readonly number[]): readonly Cell[] {
  const cells: Cell[] = Array.from<number | bigint>(values);
  for (const at of gaps) cells[at] = null;
  return cells;
}

/** Cells that are no numbers of a typed array. */
class CellsBuilder implements ColumnBuilder {
  readonly #plan: ColumnPlan;
  readonly #read: (cell: DuckDBValue) => NonNullable<Cell> | undefined;
  #cells: Cell[] = [];
  #sizeBytes = 0;

  constructor(plan: ColumnPlan, read: (cell: DuckDBValue) => NonNullable<Cell> | undefined) {
    this.#plan = plan;
    this.#read = read;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(vector: DuckDBVector, start: number, end: number, row: number): void {
    for (let i = start; i < end; i += 1) {
      const found = vector.getItem(i);
      const cell =
        found === null ? null : (this.#read(found) ?? unkept(this.#plan, found, row + i - start));
      this.#cells.push(cell);
      this.#sizeBytes += typeof cell === "string" ? BYTES_OF_CELL + cell.length : BYTES_OF_CELL;
    }
  }

  take(): Column {
    const cells = this.#cells;
    this.#cells = [];
    this.#sizeBytes = 0;
    return cells;
  }
}

const BYTES_OF_CELL = 8;

function unkept({ name, kind }: ColumnPlan, cell: DuckDBValue, row: number): never {
  const what = kind === "date" ? "no `Date` reaches" : "a number does not keep";
  throw new InvalidColumnError(
    name,
    `has ${isEndless(cell) ? "an infinite date" : String(cell)} in row ${row + 1}, which ${what}`,
    kind === "date"
      ? "select `cast(it as varchar)`, or leave such rows out"
      : 'take `numbers: "exact"`, or select `cast(it as varchar)`, or `cast(it as double)`, which rounds',
  );
}

function isEndless(cell: DuckDBValue): boolean {
  return typeof cell === "object" && cell !== null && "isFinite" in cell && !cell.isFinite;
}
