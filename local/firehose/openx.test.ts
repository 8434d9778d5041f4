// Each Glue type takes what the OpenX deserializer takes, exactly, and refuses the rest by column.
import fc from "fast-check";
import { parseGlueType } from "./glue-type";
import { ConversionError, convertRecord } from "./openx";
import { parseRecord } from "./record-json";

/** The value that `text` (JSON) becomes in a column of a type. */
function convert(type: string, text: string, caseInsensitive = true): unknown {
  const columns = [{ name: "c", type: parseGlueType(type) }];
  return convertRecord(parseRecord(`{"c":${text}}`), columns, { caseInsensitive })[0];
}

test.each([
  ["string", '"text"', "text"],
  ["string", "5", "5"],
  ["string", '{"a":1}', '{"a":1}'],
  ["string", "null", null],
  ["bigint", "5", 5n],
  ["bigint", '"-7"', -7n],
  ["bigint", "9007199254740993", 9007199254740993n],
  ["bigint", "-9223372036854775808", -9223372036854775808n],
  ["boolean", "true", true],
  ["date", '"2024-02-29"', 19_782],
  ["timestamp", '"2026-11-22T12:00:00Z"', 1_795_348_800_000n],
  ["timestamp", '"2026-11-22T12:00:00.007Z"', 1_795_348_800_007n],
  ["timestamp", '"2026-11-22T12:00:00.0079999Z"', 1_795_348_800_007n],
  ["timestamp", '"2026-11-22 12:00:00.5"', 1_795_348_800_500n],
  ["timestamp", "1795348800", 1_795_348_800_000n],
  ["timestamp", "1795348800007", 1_795_348_800_007n],
  ["timestamp", '"1969-12-31T23:59:59.999Z"', -1n],
  ["decimal(18,4)", "0.1", 1000n],
  ["decimal(18,4)", "-0.0001", -1n],
  ["decimal(18,4)", "1e2", 1_000_000n],
  ["decimal(18,4)", "1e-4", 1n],
  ["decimal(18,4)", "99999999999999.98", 999_999_999_999_999_800n],
  ["decimal(18,4)", '"1.10"', 11_000n],
  ["decimal(18,4)", "0", 0n],
  ["array<bigint>", "[1,null,2]", [1n, null, 2n]],
  ["array<bigint>", "[]", []],
  ["struct<a:bigint,b:string>", '{"a":1,"z":9}', { a: 1n, b: null }],
  ["array<struct<a:decimal(18,4)>>", '[{"a":1.5},{}]', [{ a: 15_000n }, { a: null }]],
])("%s takes %s", (type, text, expected) => {
  expect(convert(type, text)).toEqual(expected);
});

test.each([
  ["bigint", "1.5"],
  ["bigint", "true"],
  ["bigint", '"five"'],
  ["bigint", "9223372036854775808"],
  ["boolean", '"true"'],
  ["boolean", "1"],
  ["date", '"2026-02-29"'],
  ["date", '"22/11/2026"'],
  ["date", "5"],
  ["timestamp", '"2026-11-22T09:00:00-03:00"'],
  ["timestamp", '"2026-11-22T09:00:00+00:00"'],
  ["timestamp", '"2026-11-22T09:00:00"'],
  ["timestamp", '"2026-11-22T25:00:00Z"'],
  ["timestamp", '"2026-11-31T09:00:00Z"'],
  ["timestamp", "true"],
  ["decimal(18,4)", "0.00001"],
  ["decimal(18,4)", "100000000000000"],
  ["decimal(18,4)", "true"],
  ["decimal(18,4)", '"1,99"'],
  ["array<bigint>", "5"],
  ["array<bigint>", '{"0":1}'],
  ["struct<a:bigint>", "[1]"],
  ["struct<a:bigint>", '"a"'],
])("%s refuses %s, naming the column and not the value", (type, text) => {
  expect(() => convert(type, text)).toThrow(ConversionError);
  expect(() => convert(type, text)).toThrow(/^column c/);
});

test("a refusal inside a list or struct names the path", () => {
  expect(() => convert("array<struct<a:bigint>>", '[{"a":"x"}]')).toThrow(
    "column c[].a: expected bigint, found string",
  );
});

test("attribute names are lower-cased unless the deserializer is told not to", () => {
  const columns = [{ name: "c", type: parseGlueType("struct<inner:bigint>") }];
  const source = { C: { Inner: 5 } };
  expect(convertRecord(source, columns, { caseInsensitive: true })).toEqual([{ inner: 5n }]);
  expect(convertRecord(source, columns, { caseInsensitive: false })).toEqual([null]);
});

test("a hostile attribute name is an unknown attribute, nothing more", () => {
  const columns = [{ name: "constructor", type: parseGlueType("string") }];
  expect(convertRecord(JSON.parse('{"__proto__":{"constructor":"x"}}'), columns, { caseInsensitive: true })).toEqual([
    null,
  ]);
});

test("every number of at most 4 decimals becomes exactly its shortest text", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }), (unscaled) => {
      // Fifteen digits: what any float holds exactly as text.
      const text = `${unscaled < 0n ? "-" : ""}${(unscaled < 0n ? -unscaled : unscaled)
        .toString()
        .padStart(5, "0")
        .replace(/(\d{4})$/, ".$1")}`;
      expect(convert("decimal(18,4)", String(Number(text)))).toBe(unscaled);
    }),
  );
});

test("every int64 survives, and so does every string that looks like one", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.json(), (integer, other) => {
      const text = `{"n": ${integer}, "s": "x ${integer} \\" ${integer}", "o": ${other}}`;
      const record = parseRecord(text) as { n: number | bigint; s: string };
      expect(BigInt(record.n)).toBe(integer);
      expect(record.s).toBe(`x ${integer} " ${integer}`);
    }),
  );
});
