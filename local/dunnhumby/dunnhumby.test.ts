// A sample in the format of the real one becomes events that the contracts accept, the same in every run, and nothing else.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { validators } from "../../generated/validators";
import { hasValidCpfDigits } from "../../lambdas/shared/cpf";

const run = promisify(execFile);
const shopperCount = 120;
const bigBasketItems = 1100;
let folder: string;
let program: string;

interface Line {
  readonly chain: string;
  readonly contract: string;
  readonly event: Record<string, unknown> & { occurred_at: string; items?: { sku: string }[] };
}

/** Every shopper buys twice, on days 1 to 20; one basket is larger than a purchase may be. */
const writeSample = (target: string) => {
  const rows = ["date,basket_id,user_id,item_id"];
  for (let shopper = 1; shopper <= shopperCount; shopper += 1)
    for (const visit of [0, 1])
      for (const item of [1, 2, 3])
        rows.push(
          `${1 + ((shopper + visit * 9) % 20)},${26_000_000_000 + shopper * 10 + visit},${shopper},${500 + ((shopper * item) % 40)}`,
        );
  for (let item = 0; item < bigBasketItems; item += 1) rows.push(`20,27000000000,7,${9000 + item}`);
  writeFileSync(path.join(target, "train_baskets_sample.csv.gz"), gzipSync(`${rows.join("\n")}\n`));
  const products = ["product_id,manufacturer_id,department,brand,product_category,product_type,package_size"];
  for (let item = 500; item < 540; item += 1)
    products.push(`${item},2,GROCERY,National,"FRZN, ICE",ICE - CRUSHED/CUBED,22 LB`);
  for (let item = 9000; item < 9000 + bigBasketItems - 5; item += 1) products.push(`${item},2,,National,,,`);
  writeFileSync(path.join(target, "products.csv.gz"), gzipSync(`${products.join("\n")}\n`));
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dunnhumby-"));
  writeSample(folder);
  program = path.join(folder, "dunnhumby.js");
  buildSync({ entryPoints: [path.join(__dirname, "dunnhumby.ts")], bundle: true, platform: "node", outfile: program });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const convert = async (...args: string[]) =>
  (await run(process.execPath, [program, ...args], { maxBuffer: 1 << 28 })).stdout;
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
const purchases = (lines: Line[]) => lines.filter(({ contract }) => contract === "purchase");

test("every event is accepted by its contract, and every CPF has right check digits", async () => {
  const refused = linesOf(await convert(folder)).filter(({ contract, event }) => {
    const validator = validators.get(`v1/${contract}`);
    return !validator?.(event) || (event.cpf !== undefined && !hasValidCpfDigits(String(event.cpf)));
  });
  expect(refused).toEqual([]);
});

test("each basket is one purchase; one over 500 items is cut, and loses none", async () => {
  const found = purchases(linesOf(await convert(folder)));
  expect(found.length).toBe(shopperCount * 2 + 3);
  const big = found.filter(({ event }) => (event.items?.length ?? 0) > 3);
  expect(big.map(({ event }) => event.items?.length)).toEqual([500, 500, 100]);
  expect(new Set(big.flatMap(({ event }) => event.items?.map(({ sku }) => sku))).size).toBe(bigBasketItems);
});

test("every id is there once, and a second run gives the same bytes", async () => {
  const [first, second] = [await convert(folder), await convert(folder)];
  expect(second).toBe(first);
  const ids = linesOf(first).map(({ event }) => event.event_id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the newest day becomes --until, and every day moves with it", async () => {
  const days = purchases(linesOf(await convert(folder, "--until", "2026-10-10"))).map(({ event }) =>
    event.occurred_at.slice(0, 10),
  );
  expect([days[0], days.at(-1), new Set(days).size]).toEqual(["2026-09-21", "2026-10-10", 20]);
});

test("two chains, each with several stores, and each shopper in one of them", async () => {
  const lines = linesOf(await convert(folder));
  for (const chain of ["rede-norte", "rede-sul"])
    expect(
      new Set(
        purchases(lines)
          .filter((line) => line.chain === chain)
          .map(({ event }) => event.store_id),
      ).size,
    ).toBeGreaterThan(1);
  const chainsOf = new Map<unknown, Set<string>>();
  for (const { chain, event } of lines)
    if (event.cpf) chainsOf.set(event.cpf, (chainsOf.get(event.cpf) ?? new Set()).add(chain));
  expect([...chainsOf.values()].every((chains) => chains.size === 1)).toBe(true);
});

test("some buy by loyalty number only, and are found again by a registration with both numbers", async () => {
  const lines = linesOf(await convert(folder));
  const both = new Set(
    lines
      .filter(({ event }) => event.event_type === "registered" && event.cpf && event.loyalty_id)
      .map(({ event }) => event.loyalty_id),
  );
  const byCard = purchases(lines).filter(({ event }) => event.loyalty_id && !event.cpf);
  expect(byCard.length).toBeGreaterThan(10);
  expect(byCard.filter(({ event }) => both.has(event.loyalty_id)).length).toBeGreaterThan(10);
});

test("each chain lists what it sells before anything is bought, all at one instant", async () => {
  const lines = linesOf(await convert(folder));
  for (const chain of ["rede-norte", "rede-sul"]) {
    const mine = lines.filter((line) => line.chain === chain);
    const products = mine.filter(({ contract }) => contract === "product");
    expect(new Set(products.map(({ event }) => event.occurred_at)).size).toBe(1);
    const sold = new Set(purchases(mine).flatMap(({ event }) => event.items?.map(({ sku }) => sku)));
    expect(new Set(products.map(({ event }) => event.sku))).toEqual(sold);
  }
  const times = lines.map(({ event }) => event.occurred_at);
  expect([...times].sort()).toEqual(times);
});

test("most shoppers allow SMS; some only WhatsApp, some no more, some were never asked, some have no phone", async () => {
  const lines = linesOf(await convert(folder)).filter(({ contract }) => contract === "shopper");
  const count = (matches: (event: Line["event"]) => boolean) => lines.filter(({ event }) => matches(event)).length;
  const registered = count(({ event_type }) => event_type === "registered");
  const granted = count(({ event_type }) => event_type === "consent_granted");
  expect(registered).toBe(shopperCount);
  expect(granted).toBeLessThan(registered);
  expect(count(({ channel, event_type }) => event_type === "consent_granted" && channel === "sms")).toBeGreaterThan(
    registered / 2,
  );
  expect(count(({ channel }) => channel === "whatsapp")).toBeGreaterThan(0);
  expect(count(({ event_type }) => event_type === "consent_revoked")).toBeGreaterThan(0);
  expect(count(({ event_type, phone }) => event_type === "registered" && phone === undefined)).toBeGreaterThan(0);
});

test("--to writes the same file whole and says nothing on stdout", async () => {
  const target = path.join(folder, "events.jsonl");
  expect(await convert(folder, "--to", target)).toBe("");
  expect(readFileSync(target, "utf8")).toBe(await convert(folder));
});

test.each([
  ["a folder without the sample", () => ["/nowhere"], "There is no train_baskets_sample.csv.gz"],
  ["no folder", () => [], "One folder is expected"],
  ["a date that does not exist", () => [folder, "--until", "2026-02-30"], '"2026-02-30"'],
  ["an unknown option", () => [folder, "--form", "x"], "--form"],
])("%s is one sentence and a failure, with nothing on stdout", async (_name, args, sentence) => {
  const failure = await run(process.execPath, [program, ...args()]).catch((error) => error);
  expect(failure).toMatchObject({ code: 1, stdout: "" });
  expect(failure.stderr).toContain(sentence);
  expect(failure.stderr.trim().split("\n").length).toBe(1);
});

test("a file that is not what it says is refused by name and leaves no half-written events", async () => {
  const broken = mkdtempSync(path.join(tmpdir(), "dunnhumby-"));
  writeSample(broken);
  const target = path.join(broken, "events.jsonl");
  const fails = async () =>
    (await run(process.execPath, [program, broken, "--to", target]).catch((error) => error)).stderr;
  writeFileSync(path.join(broken, "products.csv.gz"), gzipSync("product_id,brand\n1,x\n"));
  expect(await fails()).toContain("has no column department");
  writeFileSync(path.join(broken, "train_baskets_sample.csv.gz"), "no gzip");
  expect(await fails()).toContain("train_baskets_sample.csv.gz cannot be read");
  writeFileSync(
    path.join(broken, "train_baskets_sample.csv.gz"),
    gzipSync("date,basket_id,user_id,item_id\nx,1,1,1\n"),
  );
  expect(await fails()).toContain('the date "x"');
  expect(existsSync(target) || readdirSync(broken).some((name) => name.endsWith(".tmp"))).toBe(false);
  rmSync(broken, { recursive: true });
});
