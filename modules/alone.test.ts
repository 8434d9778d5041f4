// Each module as another team takes it: without the platform's stack around it.
import type { Construct } from "constructs";
import { readContracts } from "../contracts/contract";
import { dev } from "../environments/dev";
import { Dispatch } from "./dispatch/dispatch";
import { Ingestion, type Shoppers } from "./ingestion/ingestion";
import { Lake, type LakeBuckets } from "./lake/lake";
import { MwaaOrchestration } from "./mwaa-orchestration/mwaa-orchestration";
import { AlarmTopic } from "./observability/alarm-topic";
import { type Clone, cloneFixture } from "./shared/clone-fixture";
import type { BucketRef } from "./shared/grants";
import type { Platform } from "./shared/platform";
import { synthesize, TEST_KEY, TEST_PLATFORM } from "./shared/synth-fixture";

let clone: Clone;
beforeAll(() => {
  clone = cloneFixture();
});
afterAll(() => clone.remove());

const arn = (service: string, name: string) => `arn:aws:${service}:sa-east-1:111122223333:${name}`;
const bucket = (name: string): BucketRef => ({ name, arn: `arn:aws:s3:::${name}`, key: TEST_KEY });
const BUCKETS: LakeBuckets = {
  in: bucket("their-in"),
  out: bucket("their-out"),
  artifacts: bucket("their-artifacts"),
  logs: { name: "their-logs", arn: "arn:aws:s3:::their-logs" },
};
const table = (name: string) => ({ name, arn: arn("dynamodb", `table/${name}`), key: TEST_KEY });
const SHOPPERS: Shoppers = {
  vault: table("vault"),
  clients: table("clients"),
  tokenSecret: { arn: arn("secretsmanager", "secret:tokens"), key: TEST_KEY },
};

/** The modules by name, built for `platform` over the buckets of somebody else. */
const MODULES: Readonly<Record<string, (scope: Construct, platform: Platform, buckets: LakeBuckets) => void>> = {
  lake: (scope, platform) => {
    const contracts = readContracts(`${clone.root}/contracts`);
    new Lake(scope, "lake", { platform, contracts, partitionGranularity: "hour", destroyData: false });
  },
  ingestion: (scope, platform, buckets) => {
    const database = { name: "events", arn: arn("glue", "database/events") };
    const catalog = { arn: arn("glue", "catalog"), database, tables: new Map() };
    const { streams } = dev;
    new Ingestion(scope, "ingestion", {
      platform,
      contracts: [],
      streams,
      lake: { buckets, catalog },
      destroyData: false,
    });
  },
  "mwaa-orchestration": (scope, platform, buckets) => {
    const { network, night, streams } = dev;
    new MwaaOrchestration(scope, "mwaa", { platform, network, lake: { buckets }, night, streams });
  },
  dispatch: (scope, platform, buckets) => {
    const { sending } = dev;
    new Dispatch(scope, "dispatch", {
      platform,
      lake: { buckets },
      shoppers: SHOPPERS,
      sending,
      destroyData: false,
    });
  },
  observability: (scope, platform) => {
    new AlarmTopic(scope, "alarms", { platform, emails: [] });
  },
};

function refusal(name: string, platform: Platform, buckets: LakeBuckets = BUCKETS): string {
  try {
    synthesize(clone.root, (stack) => MODULES[name]!(stack, platform, buckets));
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test.each(Object.keys(MODULES))("%s stands alone, and refuses alone what AWS would refuse", (name) => {
  expect(refusal(name, TEST_PLATFORM)).toBe("");
  const long = { ...TEST_PLATFORM, prefix: `mercafacil-${"x".repeat(250)}` };
  expect(refusal(name, long)).toMatch(/aws_\w+\.\w+( and \d+ more)?: received .*; rule: \w+ has \d–\d+ .*; see https:/);
});

test.each([
  ["ingestion", ["in"]],
  ["mwaa-orchestration", ["in", "out", "artifacts"]],
  ["dispatch", ["out"]],
] as const)("%s refuses buckets without encryption, all at once", (name, taken) => {
  const bare = Object.fromEntries(
    Object.entries(BUCKETS).map(([name, { key: _, ...rest }]: [string, BucketRef]) => [name, rest]),
  ) as unknown as LakeBuckets;
  for (const wanted of taken) {
    expect(refusal(name, TEST_PLATFORM, bare)).toMatch(
      new RegExp(
        `lake\\.buckets\\.${wanted}: received nothing; rule: the bucket comes with the ARN of the customer-man`,
      ),
    );
  }
  const owned = { ...BUCKETS, [taken[0]]: { ...bucket("their"), key: { arn: "alias/aws/s3" } } };
  expect(refusal(name, TEST_PLATFORM, owned)).toContain(
    `lake.buckets.${taken[0]}: received "alias/aws/s3"; rule: the b`,
  );
});
