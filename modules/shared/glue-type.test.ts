import { isGlueType } from "./glue-type";

test.each([
  "string",
  "bigint",
  "timestamp",
  "decimal(18,4)",
  "decimal(38)",
  "char(2)",
  "varchar(65535)",
  "array<string>",
  "map<string,array<int>>",
  "struct<sku:string,prices:array<struct<price:decimal(18,4),on_date:date>>>",
])("%s is taken", (type) => {
  expect(isGlueType(type)).toBe(true);
});

test.each([
  ["nothing", ""],
  ["a type of another system", "varchar2"],
  ["SQL's name of a type", "integer"],
  ["capitals", "STRING"],
  ["more digits than there are", "decimal(39,4)"],
  ["more digits after the point than in all", "decimal(4,5)"],
  ["an array of nothing", "array<>"],
  ["an array of two", "array<int,int>"],
  ["a map without values", "map<string>"],
  ["a struct without fields", "struct<>"],
  ["a field without a type", "struct<sku>"],
  ["a field with a hyphen", "struct<unit-price:int>"],
  ["a bracket too few", "array<struct<a:int>"],
  ["a bracket too many", "array<int>>"],
  ["a blank", "array< int>"],
  ["a type that is too long", `struct<${"a".repeat(131_072)}:int>`],
])("%s is refused", (_, type) => {
  expect(isGlueType(type)).toBe(false);
});
