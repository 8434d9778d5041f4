// `npm run --silent dunnhumby -- DIR`: a folder with a Dunnhumby sample becomes an events file on stdout, nothing else.
import { createWriteStream, renameSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { type EventLine, sampleEvents } from "./events";
import { readBaskets, readProducts, SampleError } from "./sample";

const usage = "Usage: npm run --silent dunnhumby -- DIR [--until YYYY-MM-DD] [--to FILE]";
/** The newest day of the sample unless `--until` says another: a Sunday, so that offers are sent on the next day. */
const defaultUntil = "2026-11-15";

const isDate = (text: string): boolean => {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const readArguments = (args: readonly string[]): { folder: string; until: string; to?: string } => {
  try {
    const options = { until: { type: "string" }, to: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder, ...others] = positionals;
    if (!folder || others.length > 0) throw new SampleError(`One folder is expected, received ${positionals.length}.`);
    const until = values.until ?? defaultUntil;
    if (!isDate(until)) throw new SampleError(`--until takes a date such as ${defaultUntil}, received "${until}".`);
    return { folder, until, ...(values.to !== undefined && { to: values.to }) };
  } catch (error) {
    throw new SampleError(`${error instanceof Error ? error.message : String(error)} ${usage}`);
  }
};

const chunkLines = 1000;

function* texts(lines: Iterable<EventLine>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(JSON.stringify(line));
    if (chunk.length < chunkLines) continue;
    yield `${chunk.join("\n")}\n`;
    chunk = [];
  }
  if (chunk.length > 0) yield `${chunk.join("\n")}\n`;
}

const main = async (): Promise<void> => {
  const { folder, until, to } = readArguments(process.argv.slice(2));
  const baskets = await readBaskets(folder);
  const products = await readProducts(folder, new Set(baskets.flatMap(({ items }) => [...items.keys()])));
  const source = Readable.from(texts(sampleEvents(baskets, products, until)));
  if (to === undefined) return pipeline(source, process.stdout);
  const temporary = `${to}.${process.pid}.tmp`;
  try {
    await pipeline(source, createWriteStream(temporary));
    renameSync(temporary, to);
  } finally {
    rmSync(temporary, { force: true });
  }
};

main().catch((error: NodeJS.ErrnoException) => {
  // The reader of our stdout has had enough (`| head`): that is no failure.
  if (error.code === "EPIPE") return;
  const sentence = error.code === "ENOSPC" ? "The disk is full: the events file was not written." : error.message;
  console.error(sentence);
  process.exitCode = 1;
});
