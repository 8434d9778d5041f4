import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Moto, startMoto } from "../moto-fixture";
import { missingOf } from "./missing";

const DATE = "2026-11-23";
const manifest = (
  statuses: Record<string, string>,
  offer_date = DATE,
  fallback_level = "champion",
  setAside: object[] = [],
): string =>
  JSON.stringify({
    version: 1,
    offer_date,
    model: { name: "frequency", version: "1", fallback_level },
    objects_set_aside: setAside,
    tenants: Object.fromEntries(Object.entries(statuses).map(([tenant, status]) => [tenant, { status }])),
    files: [],
  });

test.each([
  ["nothing was published", undefined, [{ what: "not_published" }]],
  ["the manifest is cut off", '{"version":1', [{ what: "unreadable" }]],
  ["the manifest is another day's", manifest({ azul: "OK" }, "2026-11-22"), [{ what: "unreadable" }]],
  ["a chain failed", manifest({ azul: "OK", verde: "FAILED" }), [{ what: "chain_failed", tenantId: "verde" }]],
  ["a chain has a status that nobody knows", manifest({ azul: "?" }), [{ what: "chain_failed", tenantId: "azul" }]],
  ["the champion was refused", manifest({ azul: "OK" }, DATE, "previous"), [{ what: "champion_refused" }]],
  ["popularity had to do", manifest({ azul: "OK" }, DATE, "popularity"), [{ what: "champion_refused" }]],
  [
    "objects could not be used",
    manifest({ azul: "OK" }, DATE, "champion", [{ key: "data/a.parquet", reason: "CONTENT", rows: 1 }]),
    [{ what: "objects_set_aside" }],
  ],
  ["a chain had no data", manifest({ azul: "OK", verde: "NO_DATA" }), []],
] as const)("when %s", (_what, text, missing) => {
  expect(missingOf(text, DATE)).toEqual(missing);
});

test("a chain that failed is told of with the night's reason", () => {
  const failure = "every offer has the score 0.500000";
  const tenants = { azul: { status: "FAILED", failure }, verde: { status: "OK", failure: null } };
  expect(missingOf(JSON.stringify({ ...JSON.parse(manifest({})), tenants }), DATE)).toEqual([
    { what: "chain_failed", tenantId: "azul", failure },
  ]);
});

test.each([
  ["failed", { objects: 0, failure: "No space left" }, [{ what: "compaction_failed", failure: "No space left" }]],
  ["had nothing to do", { objects: 0, failure: null }, []],
  ["was ended before it said anything", null, []],
])("when compaction %s", (_what, compaction, missing) => {
  expect(missingOf(JSON.stringify({ ...JSON.parse(manifest({ azul: "OK" })), compaction }), DATE)).toEqual(missing);
});

const BEFORE = "2026-11-22";
test.each([
  ["had purchases", true, manifest({ azul: "OK" }, BEFORE)],
  ["was withheld", true, manifest({ azul: "FAILED" }, BEFORE)],
  ["had none either", false, manifest({ azul: "NO_DATA" }, BEFORE)],
  ["was not there", false, manifest({ verde: "OK" }, BEFORE)],
  ["was another day's", false, manifest({ azul: "OK" }, "2026-11-21")],
  ["was cut off", false, '{"version":1'],
  ["was not published", false, undefined],
])("a chain without data whose day before %s is told of: %s", (_what, told, before) => {
  const without = [{ what: "chain_without_data", tenantId: "azul" }];
  const verde = { verde: "OK" };
  expect(missingOf(manifest({ azul: "NO_DATA", ...verde }), DATE, before)).toEqual(told ? without : []);
  // Neither a purchase nor a shopper of the chain is left.
  expect(missingOf(manifest(verde), DATE, before)).toEqual(told ? without : []);
});

test.each([
  ["2026-11-22T23:30:00Z", false],
  ["2026-11-20T00:00:01Z", false],
  ["2026-11-20T00:00:00Z", true],
  ["2026-11-16T00:00:01Z", true],
  // It was said for days.
  ["2026-11-16T00:00:00Z", false],
  [null, false],
  ["no instant", false],
])("a chain whose newest purchase is of %s is silent: %s", (newest_purchase, silent) => {
  const tenants = {
    azul: { status: "OK", newest_purchase },
    verde: { status: "OK", newest_purchase: "2026-11-22T12:00:00Z" },
  };
  const text = JSON.stringify({
    version: 1,
    offer_date: DATE,
    model: { fallback_level: "champion" },
    tenants,
    files: [],
  });
  expect(missingOf(text, DATE)).toEqual(silent ? [{ what: "chain_silent", tenantId: "azul" }] : []);
});

describe("over S3", () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
    Object.assign(process.env, { OUT_BUCKET: "out-bucket", TIME_ZONE: "America/Sao_Paulo" });
  });
  afterAll(() => moto.stop());

  test("a day is missing until its manifest is there", async () => {
    const s3 = new S3Client({ forcePathStyle: true });
    const LocationConstraint = "sa-east-1";
    await s3.send(new CreateBucketCommand({ Bucket: "out-bucket", CreateBucketConfiguration: { LocationConstraint } }));
    const { handler } = jest.requireActual<typeof import("./handler")>("./handler");
    expect(await handler({ offer_date: DATE })).toEqual([{ what: "not_published" }]);
    const Key = `data_output/${DATE}/_manifest.json`;
    await s3.send(new PutObjectCommand({ Bucket: "out-bucket", Key, Body: manifest({ azul: "OK" }) }));
    expect(await handler({ offer_date: DATE })).toEqual([]);
    const earlier = `data_output/${BEFORE}/_manifest.json`;
    const Body = manifest({ azul: "OK", verde: "OK" }, BEFORE);
    await s3.send(new PutObjectCommand({ Bucket: "out-bucket", Key: earlier, Body }));
    expect(await handler({ offer_date: DATE })).toEqual([{ what: "chain_without_data", tenantId: "verde" }]);
  });
});
