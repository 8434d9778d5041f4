// Reads the files of a Dunnhumby sample strictly: a missing file or column is one sentence, not a strange event.
import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

/** A sentence for the person at the keyboard. */
export class SampleError extends Error {}

/** One basket of one shopper on one day of the sample. */
export interface Basket {
  readonly basketId: string;
  readonly shopper: number;
  /** Counted from 1. */
  readonly day: number;
  /** Pieces by product. */
  readonly items: Map<string, number>;
}

/** What the sample knows of a product. */
export interface SampleProduct {
  readonly sku: string;
  readonly department: string;
  readonly category: string;
  readonly type: string;
  readonly size: string;
}

type Row = Readonly<Record<string, string>>;

const find = (folder: string, name: string): string => {
  const found = [`${name}.csv.gz`, `${name}.csv`]
    .map((file) => path.join(folder, file))
    .find((file) => existsSync(file));
  if (!found) throw new SampleError(`There is no ${name}.csv.gz (or ${name}.csv) in ${folder}.`);
  return found;
};

async function* rows(file: string, columns: readonly string[]): AsyncGenerator<Row> {
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      const missing = columns.filter((column) => !header.includes(column));
      if (missing.length > 0)
        throw new SampleError(`${file} has no column ${missing.join(", ")}; it has ${header.join(", ")}.`);
      return header;
    },
  });
  const source = createReadStream(file);
  const text = file.endsWith(".gz") ? source.pipe(createGunzip()) : source;
  // An error of an earlier stream does not travel through pipe by itself.
  for (const stream of [source, text]) stream.on("error", (error: Error) => parser.destroy(error));
  text.pipe(parser);
  try {
    for await (const row of parser as AsyncIterable<Row>) yield row;
  } catch (error) {
    if (error instanceof SampleError) throw error;
    throw new SampleError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

const wholeNumber = (row: Row, column: string, file: string): number => {
  const value = Number(row[column]);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new SampleError(`${file} has the ${column} "${row[column]}" where a whole number from 1 is expected.`);
  return value;
};

/** The baskets of `train_baskets_sample`, in the order of day and basket number. */
export const readBaskets = async (folder: string): Promise<Basket[]> => {
  const file = find(folder, "train_baskets_sample");
  const baskets = new Map<string, Basket>();
  for await (const row of rows(file, ["date", "basket_id", "user_id", "item_id"])) {
    const basketId = row.basket_id ?? "";
    const [day, shopper] = [wholeNumber(row, "date", file), wholeNumber(row, "user_id", file)];
    const basket = baskets.get(basketId) ?? { basketId, shopper, day, items: new Map<string, number>() };
    if (basket.shopper !== shopper || basket.day !== day)
      throw new SampleError(`${file} gives basket ${basketId} to two shoppers or days.`);
    const item = row.item_id ?? "";
    basket.items.set(item, (basket.items.get(item) ?? 0) + 1);
    baskets.set(basketId, basket);
  }
  if (baskets.size === 0) throw new SampleError(`${file} holds no basket.`);
  return [...baskets.values()].sort((one, other) => one.day - other.day || (one.basketId < other.basketId ? -1 : 1));
};

/** The wanted products of `products`, by their number. */
export const readProducts = async (
  folder: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, SampleProduct>> => {
  const columns = ["product_id", "department", "product_category", "product_type", "package_size"];
  const products = new Map<string, SampleProduct>();
  for await (const row of rows(find(folder, "products"), columns)) {
    const sku = row.product_id ?? "";
    if (!wanted.has(sku)) continue;
    const text = (column: string) => (row[column] ?? "").trim();
    const [department, category, type, size] = columns.slice(1).map(text);
    products.set(sku, {
      sku,
      department: department ?? "",
      category: category ?? "",
      type: type ?? "",
      size: size ?? "",
    });
  }
  return products;
};
