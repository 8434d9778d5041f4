import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresIn } from "./figures-in";
import { type Figures, MAXIMUM_LOSS, objections, type PackageModel, readPackage } from "./judge-package";
import { type ModelStore, promotePackage } from "./promote-package";

const models = join(__dirname, "..", "..", "models");
const schema = JSON.parse(readFileSync(join(models, "model.schema.json"), "utf8")) as object;
const measured = { history: "a/b", targets_until: "c", shoppers: 800, recall_at_10: 0.15, ndcg_at_10: 0.17 };
const parameters = Buffer.from("{}");
const sha256 = createHash("sha256").update(parameters).digest("hex");
const model = (version: string, metrics: Figures = measured) => ({
  name: "frequency",
  version,
  kind: "frequency",
  description: "d",
  trained_at: "2026-11-26T00:00:00Z",
  features: ["f"],
  signature: { reads: ["purchase/1"], gives: "offers/1" },
  metrics,
  files: { "parameters.json": sha256 },
});
const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));
const folder = (document: object) => (path: string) =>
  ({ "model.json": bytes(document), "parameters.json": parameters })[path];

/** A store in memory; `race` runs before champion.json is replaced. */
const memoryStore = (files: Record<string, Uint8Array>, race?: () => void) => {
  const written: string[] = [];
  const etag = (path: string) => String(files[path] && createHash("md5").update(files[path]).digest("hex"));
  const store: ModelStore = {
    read: async (path) => (files[path] ? { body: files[path], etag: etag(path) } : undefined),
    create: async (path, body) => {
      if (files[path]) throw new Error("PreconditionFailed");
      files[path] = body;
      written.push(path);
    },
    replace: async (path, body, before) => {
      race?.();
      if (before === undefined ? files[path] : etag(path) !== before) throw new Error("PreconditionFailed");
      files[path] = body;
      written.push(path);
    },
  };
  return { store, files, written };
};

const promotion = (document: ReturnType<typeof model>, more: object = {}) => ({
  name: `frequency/${document.version}`,
  model: document as PackageModel,
  files: new Map([
    ["model.json", bytes(document)],
    ["parameters.json", parameters],
  ]),
  ...more,
});
const champion = () => ({
  "champion.json": bytes({ champion: "frequency/1", previous: null }),
  "frequency/1/model.json": bytes(model("1")),
});

test("every package that ships is as the schema says, and champion.json names two of them", () => {
  const names = readdirSync(models, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === "model.json")
    .map((entry) => entry.parentPath.slice(models.length + 1));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names)
    expect(() => readPackage(name, schema, (path) => readFileSync(join(models, name, path)))).not.toThrow();
  const ladder = JSON.parse(readFileSync(join(models, "champion.json"), "utf8")) as Record<string, string | null>;
  for (const name of Object.values(ladder)) if (name !== null) expect(names).toContain(name);
});

test.each([
  ["another version's model.json", model("3"), /is that of frequency\/3/],
  ["a missing field", { ...model("2"), features: undefined }, /features/],
  ["a field of its own", { ...model("2"), extra: 1 }, /additional properties/],
  ["a file outside the package", { ...model("2"), files: { "../x": sha256 } }, /property name/],
  ["a file that is not there", { ...model("2"), files: { "other.json": sha256 } }, /other\.json is not the file/],
  ["another content", { ...model("2"), files: { "parameters.json": "0".repeat(64) } }, /parameters\.json is not/],
])("a package with %s is refused", (_, document, says) => {
  expect(() => readPackage("frequency/2", schema, folder(document))).toThrow(says);
});

test("a package may lose the margin and no more, in recall and in NDCG alike", () => {
  const with_ = (change: object) => objections({ ...measured, ...change }, measured);
  expect(with_({ recall_at_10: 0.15 - MAXIMUM_LOSS + 1e-6 })).toEqual([]);
  expect(with_({ recall_at_10: 0.15 - MAXIMUM_LOSS - 1e-6 })).toEqual([expect.stringMatching(/recall_at_10/)]);
  expect(with_({ ndcg_at_10: 0.1 })).toEqual([expect.stringMatching(/ndcg_at_10/)]);
  expect(with_({ recall_at_10: Number.NaN })).toHaveLength(1);
  expect(with_({ shoppers: 799 })).toEqual([expect.stringMatching(/same shoppers/)]);
  expect(objections(measured, {})).toEqual([expect.stringMatching(/evaluate both/)]);
});

test("the champion becomes the previous one, after every file of the new one is there", async () => {
  const { store, files, written } = memoryStore(champion());
  await expect(promotePackage(promotion(model("2")), store)).resolves.toEqual({ previous: "frequency/1" });
  expect(written).toEqual(["frequency/2/parameters.json", "frequency/2/model.json", "champion.json"]);
  expect(JSON.parse(Buffer.from(files["champion.json"]!).toString())).toEqual({
    champion: "frequency/2",
    previous: "frequency/1",
  });
});

test("a worse package changes nothing", async () => {
  const { store, written } = memoryStore(champion());
  const worse = promotion(model("2", { ...measured, recall_at_10: 0.1 }));
  await expect(promotePackage(worse, store)).rejects.toThrow(/does not replace frequency\/1/);
  expect(written).toEqual([]);
});

test("figures given for both are compared instead of the packages' own", async () => {
  const { store } = memoryStore(champion());
  const given = { figures: measured, championFigures: { ...measured, recall_at_10: 0.16 } };
  await expect(promotePackage(promotion(model("2"), given), store)).rejects.toThrow(/recall_at_10/);
});

test("two who promote at once do not both succeed, and a version's files never change", async () => {
  const state: Record<string, Uint8Array> = champion();
  const { store } = memoryStore(state, () => {
    state["champion.json"] = bytes({ champion: "frequency/9", previous: null });
  });
  await expect(promotePackage(promotion(model("2")), store)).rejects.toThrow("PreconditionFailed");
  const other = memoryStore({ ...champion(), "frequency/2/parameters.json": Buffer.from("x") });
  await expect(promotePackage(promotion(model("2")), other.store)).rejects.toThrow(/never changes/);
});

test("a file without figures is named", () => {
  const folder = mkdtempSync(join(tmpdir(), "figures-"));
  try {
    const file = join(folder, "figures.json");
    writeFileSync(file, JSON.stringify(measured));
    expect(figuresIn(file)).toEqual(measured);
    for (const wrong of ["", "garbage", "[1]", "null", "5"]) {
      writeFileSync(file, wrong);
      expect(() => figuresIn(file)).toThrow(`${file} holds no figures`);
    }
    expect(() => figuresIn(folder)).toThrow(`${folder} holds no figures (EISDIR)`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
