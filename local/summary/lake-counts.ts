// Counts what lies in the lake and in OUT by opening the objects themselves.
import { isObject } from "../loader/stack";

/** What was counted, object by object. */
export interface LakeCounts {
  /** Rows of each Parquet object under `data/`, by key. */
  readonly rowsByKey: Map<string, number>;
  /** Objects under `data/` that are no Parquet: nobody can say how many rows they held. */
  unreadable: number;
  /** Records under Firehose's error prefix. */
  undelivered: number;
  /** Records in quarantine, the error prefix aside; an object that was set aside stands for its rows. */
  quarantined: number;
}

export const emptyLakeCounts = (): LakeCounts => ({
  rowsByKey: new Map(),
  unreadable: 0,
  undelivered: 0,
  quarantined: 0,
});

const LINE_FEED = 10;

/** Lines that are not blank. */
export const countLines = (bytes: Uint8Array): number => {
  let lines = 0;
  let start = 0;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (start < view.length) {
    const end = view.indexOf(LINE_FEED, start);
    const stop = end < 0 ? view.length : end;
    if (view.subarray(start, stop).toString("utf8").trim() !== "") lines += 1;
    start = stop + 1;
  }
  return lines;
};

// Published as an ES module only, which the older of our Nodes cannot require.
const rowsOf = async (bytes: Uint8Array): Promise<number | undefined> => {
  const { parquetMetadata } = await import("hyparquet");
  const buffer = new Uint8Array(bytes).buffer;
  try {
    return Number(parquetMetadata(buffer).num_rows);
  } catch {
    return undefined;
  }
};

/** The rows of the objects that a night set aside as a whole, as far as their footers could be read. */
const rowsSetAside = (bytes: Uint8Array): number =>
  Buffer.from(bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line))
    .reduce<number>((total, object) => total + (isObject(object) ? Number(object.rows ?? 0) : 0), 0);

/** Adds one object of the IN bucket. */
export const countLakeObject = async (counts: LakeCounts, key: string, bytes: Uint8Array): Promise<void> => {
  if (key.startsWith("data/")) {
    const rows = await rowsOf(bytes);
    if (rows === undefined) counts.unreadable += 1;
    else counts.rowsByKey.set(key, rows);
  } else if (key.startsWith("errors/")) counts.undelivered += countLines(bytes);
  else if (/^quarantine\/night\/[^/]+\/objects\.jsonl$/.test(key)) counts.quarantined += rowsSetAside(bytes);
  else if (key.startsWith("quarantine/")) counts.quarantined += countLines(bytes);
};

/** How the stored rows divide by what the night's frozen input says of their objects. */
export interface StoredRows {
  readonly stored: number;
  /** Rows of objects of a contract that the model reads, which the night did not open. */
  readonly unread: number;
  /** Rows of contracts that the model does not read. */
  readonly otherContracts: number;
}

/** The objects that an entry of the input has the night read: those that a compacted copy stands for, too. */
const readKeys = (entry: unknown): string[] => {
  if (!isObject(entry) || entry.role === "unread") return [];
  const sources: readonly unknown[] = Array.isArray(entry.sources) ? entry.sources : [entry];
  return sources.flatMap((source) => (isObject(source) ? [String(source.key)] : []));
};

/** Divides the stored rows by `runs/<D>/input.json`. */
export const divideStoredRows = (counts: LakeCounts, input: unknown, readContracts: readonly string[]): StoredRows => {
  const objects = isObject(input) && Array.isArray(input.objects) ? input.objects : [];
  const opened = new Set(objects.flatMap(readKeys));
  let stored = 0;
  let unread = 0;
  let otherContracts = 0;
  for (const [key, rows] of counts.rowsByKey) {
    stored += rows;
    const contract = key.split("/")[1] ?? "";
    if (!readContracts.includes(contract)) otherContracts += rows;
    else if (!opened.has(key)) unread += rows;
  }
  return { stored, unread, otherContracts };
};

/** The lines of the published files, by fallback level. */
export const countOutLines = (byLevel: Map<string, number>, bytes: Uint8Array): number => {
  let lines = 0;
  for (const text of Buffer.from(bytes).toString("utf8").split("\n")) {
    if (text === "") continue;
    lines += 1;
    const line: unknown = JSON.parse(text);
    const level = isObject(line) ? String(line.fallback_level) : "?";
    byLevel.set(level, (byLevel.get(level) ?? 0) + 1);
  }
  return lines;
};
