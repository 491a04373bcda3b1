import { describe, expect, test } from "vitest";
import { loadHere } from "../test/in-process.ts";
import type { Column } from "./table.ts";

async function columnOf(values: string, numbers: "exact" | "float64"): Promise<Column | undefined> {
  const sql = `select it from (values ${values}) t(it)`;
  return (await loadHere({ sql, numbers }))["it"];
}

const NAN = Number.NaN;

describe("a column of the type", () => {
  test.each([
    ["TINYINT", "-128", Int32Array.of(-128), Float64Array.of(-128)],
    ["SMALLINT", "-32768", Int32Array.of(-32_768), Float64Array.of(-32_768)],
    ["INTEGER", "2147483647", Int32Array.of(2_147_483_647), Float64Array.of(2_147_483_647)],
    ["UTINYINT", "255", Int32Array.of(255), Float64Array.of(255)],
    ["USMALLINT", "65535", Int32Array.of(65_535), Float64Array.of(65_535)],
    ["UINTEGER", "4294967295", Float64Array.of(4_294_967_295), Float64Array.of(4_294_967_295)],
    ["BIGINT", "7", BigInt64Array.of(7n), Float64Array.of(7)],
    ["UBIGINT", "7", [7n], Float64Array.of(7)],
    ["HUGEINT", "-7", [-7n], Float64Array.of(-7)],
    ["UHUGEINT", "7", [7n], Float64Array.of(7)],
    ["FLOAT", "0.1", Float32Array.of(0.1), Float64Array.of(Math.fround(0.1))],
    ["DOUBLE", "0.1", Float64Array.of(0.1), Float64Array.of(0.1)],
    ["DOUBLE", "'-inf'", Float64Array.of(-Infinity), Float64Array.of(-Infinity)],
    ["DECIMAL(4,1)", "115.5", Float64Array.of(115.5), Float64Array.of(115.5)],
    ["DECIMAL(9,4)", "1.15", Float64Array.of(1.15), Float64Array.of(1.15)],
    ["DECIMAL(15,2)", "-1.15", Float64Array.of(-1.15), Float64Array.of(-1.15)],
  ])("%s is numbers, exact or plain", async (type, text, exact, plain) => {
    expect(await columnOf(`(cast(${text} as ${type}))`, "exact")).toEqual(exact);
    expect(await columnOf(`(cast(${text} as ${type}))`, "float64")).toEqual(plain);
    expect(await columnOf(`(cast(${text} as ${type})), (null)`, "exact")).toEqual([exact[0], null]);
    expect(await columnOf(`(cast(${text} as ${type})), (null)`, "float64")).toEqual(
      Float64Array.of(plain[0] ?? NAN, NAN),
    );
  });

  test.each([
    ["BOOLEAN", "true", true],
    ["VARCHAR", "'größe'", "größe"],
    ["ENUM('a', 'b')", "'b'", "b"],
    ["UUID", "'00000000-0000-0000-0000-00000000000a'", "00000000-0000-0000-0000-00000000000a"],
    ["DATE", "'2026-03-01'", new Date("2026-03-01")],
    ["TIMESTAMP", "'1969-12-31 23:59:59.9995'", new Date("1969-12-31T23:59:59.999Z")],
    ["TIMESTAMP_S", "'2026-03-01 10:00:00'", new Date("2026-03-01T10:00:00Z")],
    ["TIMESTAMP_MS", "'2026-03-01 10:00:00.5'", new Date("2026-03-01T10:00:00.5Z")],
    ["TIMESTAMP_NS", "'2026-03-01 10:00:00.123456789'", new Date("2026-03-01T10:00:00.123Z")],
    ["TIMESTAMPTZ", "'2026-03-01 10:00:00+02'", new Date("2026-03-01T08:00:00Z")],
  ])("%s is cells, with null for what is missing", async (type, text, cell) => {
    for (const numbers of ["exact", "float64"] as const)
      expect(await columnOf(`(cast(${text} as ${type})), (null)`, numbers)).toEqual([cell, null]);
  });

  test("NULL is missing cells", async () => {
    expect(await columnOf("(null), (null)", "exact")).toEqual([null, null]);
  });

  test("BIGNUM is bigints of any size", async () => {
    const huge = "9".repeat(60);

    expect(await columnOf(`('${huge}'::BIGNUM)`, "exact")).toEqual([BigInt(huge)]);
  });

  test.each([
    ["BLOB", "'ab'::BLOB", "to_base64"],
    ["TIME", "time '01:02:03'", "epoch"],
    ["TIMETZ", "'01:02:03+02'::TIMETZ", "epoch"],
    ["INTERVAL", "interval 1 day", "epoch"],
    ["INTEGER[]", "[1, 2]", "unnest"],
    ["INTEGER[2]", "array_value(1, 2)", "unnest"],
    ["STRUCT", "{'a': 1}", "it.field"],
    ["MAP", "map {'a': 1}", "it['key']"],
    ["BIT", "'101'::BIT", "varchar"],
    ["UNION", "union_value(a := 1)", "varchar"],
  ])("%s is refused, with what to select instead", async (_, text, hint) => {
    for (const numbers of ["exact", "float64"] as const)
      await expect(columnOf(`(${text})`, numbers)).rejects.toMatchObject({
        code: "duckdb/invalid-column",
        column: "it",
        hint: expect.stringContaining(hint),
      });
  });

  test("DECIMAL of many digits is a number as long as its cells are", async () => {
    for (const numbers of ["exact", "float64"] as const) {
      expect(await columnOf("(1.5::DECIMAL(38,10))", numbers)).toEqual(Float64Array.of(1.5));
      await expect(
        columnOf("(1.5::DECIMAL(38,10)), (12345678901234567.5::DECIMAL(38,10))", numbers),
      ).rejects.toThrow(
        'column "it" has 12345678901234567.5000000000 in row 2, which a number does not keep',
      );
    }
  });

  test.each([
    ["9007199254740993::BIGINT", "has 9007199254740993 in row 2, which a number does not keep"],
    ["(2::HUGEINT ^ 53)::HUGEINT", "has 9007199254740992 in row 2"],
    ["12345678901234567890.5::DECIMAL(38,1)", "has 12345678901234567890.5 in row 2"],
  ])("any number is refused that would lose digits: %s", async (text, why) => {
    const failed = columnOf(`(1), (${text})`, "float64");

    await expect(failed).rejects.toThrow(`column "it" ${why}`);
    await expect(failed).rejects.toMatchObject({
      hint: expect.stringContaining('take `numbers: "exact"`'),
    });
  });

  test.each([
    ["'infinity'::DATE", "an infinite date"],
    ["'-infinity'::TIMESTAMP", "an infinite date"],
    ["'290000-01-01'::DATE", "290000-01-01"],
  ])("any instant is refused that no Date reaches: %s", async (text, what) => {
    await expect(columnOf(`(${text})`, "exact")).rejects.toThrow(
      `column "it" has ${what} in row 1, which no \`Date\` reaches`,
    );
  });

  test("a sum of integers is a number, though DuckDB makes it of 128 bits", async () => {
    const sql = "select sum(i) as it, avg(i) as mean, count(*) as n from range(4) t(i)";

    expect(await loadHere({ sql })).toEqual({
      it: Float64Array.of(6),
      mean: Float64Array.of(1.5),
      n: Float64Array.of(4),
    });
  });
});
