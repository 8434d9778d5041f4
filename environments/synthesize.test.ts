import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { type Clone, cloneFixture } from "../modules/shared/clone-fixture";
import { SOURCE_ROOT } from "../modules/shared/source-root";
import { ENVIRONMENTS } from "./all";
import { dev } from "./dev";
import type { Environment } from "./environment";
import { prod } from "./prod";
import { chosen, synthesizePlatform } from "./synthesize";

let clone: Clone;
beforeEach(() => {
  clone = cloneFixture();
});
afterEach(() => clone.remove());

const outdir = () => join(clone.root, "cdktf.out");

/** The sentences by which synth refuses; none when it writes. */
function refusals(known: readonly Environment[]): string[] {
  try {
    synthesizePlatform(new App({ outdir: outdir(), context: { [SOURCE_ROOT]: clone.root } }), known, known);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").map((line) => line.trim());
  }
}

const written = () => (existsSync(join(outdir(), "stacks")) ? readdirSync(join(outdir(), "stacks")) : []);

test("without names every environment is taken, with names these", () => {
  expect(chosen(ENVIRONMENTS, [])).toEqual(ENVIRONMENTS);
  expect(chosen(ENVIRONMENTS, ["prod", "dev"]).map(({ name }) => name)).toEqual(["dev", "prod"]);
});

test("an unknown name is answered in one sentence that lists the known ones", () => {
  expect(() => chosen(ENVIRONMENTS, ["dev", "qa"])).toThrow(
    /^Refused, nothing was written: received the environment qa; known are local, dev, staging, prod; take one of these$/,
  );
});

test("what is wrong with environments, contracts and constructs is said at once, and nothing is written", () => {
  clone.write("contracts/visit/v1.json", '{"type":"object"}');
  const wrong: Environment = {
    ...dev,
    account: "dev",
    logRetentionDays: 10,
    timeZone: "BRT",
    streams: { bufferSeconds: 30, partitionGranularity: "minute", catchUpHours: 200, openPartitionQuota: 6_000 },
    network: { kind: "own", cidr: "10.0.0.0/8", egress: "nat" },
    night: { ...dev.night, windowDays: 0 },
    sending: { ...dev.sending, maximumConcurrency: 1 },
  };
  const sentences = refusals([wrong, { ...wrong }, { ...prod, disposable: true }]);
  for (const fragment of [
    "environments: received .*no two environments have one name",
    "dev: .*account is the 12 digits",
    "dev: .*logRetentionDays",
    "dev: .*timeZone",
    "dev: .*catchUpHours",
    "dev: .*openPartitionQuota",
    "dev: stream mercafacil-dev-coupon: .*bufferSeconds",
    "dev: stream mercafacil-dev-purchase: .*within the quota",
    "dev: night: .*windowDays",
    "dev: night: .*cidr",
    "dev: sending: .*maximumConcurrency",
    "prod: .*prod is not disposable",
    "contracts: visit/v1.json: ",
  ]) {
    expect(sentences).toContainEqual(expect.stringMatching(`^${fragment}`));
  }
  expect(new Set(sentences).size).toBe(sentences.length);
  expect(written()).toEqual([]);
});

test("a bucket that two environments would make, or an environment and a state, is refused with its owners", () => {
  const state = { kind: "s3", bucket: "mercafacil-prod-in", region: "sa-east-1" } as const;
  expect(refusals([{ ...dev, state }, prod])).toContainEqual(
    expect.stringMatching(
      /buckets: received \{"mercafacil-prod-in":\["the state of account 111122223333","prod"\]\}; rule: no two environments share/,
    ),
  );
});

test("a contract that Glue cannot hold is refused through synth, once for all environments", () => {
  const document = { ...JSON.parse(clone.read("contracts/coupon/v1.json")) };
  document.properties.price = { type: ["number", "string"], description: "Price." };
  clone.write("contracts/visit/v1.json", JSON.stringify(document));
  const sentences = refusals(ENVIRONMENTS);
  expect(sentences).toEqual([
    expect.stringMatching(/contracts: visit\/v1\.json: properties\.price\.type: received .*, expected .*; /),
  ]);
  expect(written()).toEqual([]);
});
