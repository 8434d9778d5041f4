// Turns a day's records into the Parquet objects that Firehose would have written, one an hour and partition or a few.
import { createHash } from "node:crypto";
import type { Contract } from "../../contracts/contract";
import { scopeName } from "../../contracts/contract";
import { glueColumns } from "../../contracts/glue-columns";
import { type GlueField, parseGlueType } from "../../local/firehose/glue-type";
import { convertRecord } from "../../local/firehose/openx";
import { parquetFile } from "../../local/firehose/parquet-file";
import { parseRecord } from "../../local/firehose/record-json";
import type { SpooledRecord } from "./day-spool";

/** An object to write; the same records give the same key and bytes. */
export interface HistoryObject {
  readonly key: string;
  readonly rows: number;
  readonly body: Uint8Array;
}

const ROWS_AN_OBJECT = 100_000;

/** The columns of each contract, by scope. */
export const columnsByScope = (contracts: readonly Contract[]): ReadonlyMap<string, readonly GlueField[]> =>
  new Map(
    contracts.map((contract) => [
      scopeName(contract),
      glueColumns(contract).map(({ name, type }) => ({ name, type: parseGlueType(type) })),
    ]),
  );

/** The objects of a day's records, by folder. Throws when a record does not fit its table: the contracts disagree. */
export async function* historyObjects(
  records: readonly SpooledRecord[],
  columns: ReadonlyMap<string, readonly GlueField[]>,
): AsyncGenerator<HistoryObject> {
  const folders = new Map<string, SpooledRecord[]>();
  for (const each of records) {
    const mine = folders.get(each.folder);
    if (mine) mine.push(each);
    else folders.set(each.folder, [each]);
  }
  for (const [folder, mine] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let start = 0; start < mine.length; start += ROWS_AN_OBJECT) {
      const part = mine.slice(start, start + ROWS_AN_OBJECT);
      const fields = columns.get(part[0]?.scope ?? "");
      if (!fields) throw new Error(`${folder} is of no contract.`);
      const rows = part.map(({ record }) => convertRecord(parseRecord(record), fields, { caseInsensitive: true }));
      const hash = createHash("sha256");
      for (const { record } of part) hash.update(`${record}\n`);
      const key = `${folder}import-${hash.digest("hex").slice(0, 32)}.parquet`;
      yield { key, rows: part.length, body: await parquetFile(fields, rows, "SNAPPY") };
    }
  }
}
