import { violations } from "../shared/rules";
import type { StreamPlan } from "./stream-plan";
import { planStream } from "./stream-plan";
import { STREAM_RULES } from "./stream-rules";

const contract = {
  name: "purchase",
  major: 1,
  eventTypes: ["sale", "return"],
  fields: [],
  partitions: [{ name: "region", values: ["n", "s"] }],
  document: {},
};
const settings = {
  bufferSeconds: 900,
  partitionGranularity: "hour",
  catchUpHours: 24,
  openPartitionQuota: 500,
} as const;
const plan = planStream(contract, "mercafacil-test", "America/Sao_Paulo", settings);

const broken = (change: Partial<StreamPlan>): string[] => violations("stream", { ...plan, ...change }, STREAM_RULES);

test("the plan of a contract keeps every rule", () => {
  expect(broken({})).toEqual([]);
});

test("the prefix cuts by the contract's keys in path order, and jq only copies them", () => {
  expect(plan.prefix).toBe(
    "data/purchase/event_date=!{partitionKeyFromQuery:event_date}/event_hour=!{partitionKeyFromQuery:event_hour}/" +
      "event_type=!{partitionKeyFromQuery:event_type}/region=!{partitionKeyFromQuery:region}/",
  );
  expect(plan.query).toBe("{event_date:.event_date,event_hour:.event_hour,event_type:.event_type,region:.region}");
});

test("a later major has a stream, a table and a folder of its own", () => {
  const later = planStream({ ...contract, major: 2 }, "mercafacil-test", "America/Sao_Paulo", settings);
  expect([later.name, later.table]).toEqual(["mercafacil-test-purchase-v2", "purchase_v2"]);
  expect(later.prefix).toMatch(/^data\/purchase_v2\/event_date=/);
  expect(later.errorPrefix).toMatch(/^errors\/purchase_v2\//);
});

const long = Array.from({ length: 600 }, (_, index) => `key_${index}`);
const query = (keys: string[]) => `{${keys.map((key) => `${key}:.${key}`).join(",")}}`;
const folders = (keys: string[]) => `data/${keys.map((key) => `${key}=!{partitionKeyFromQuery:${key}}/`).join("")}`;

test.each<[string, Partial<StreamPlan>, string]>([
  ["a name over 64 characters", { name: "x".repeat(65) }, "1–64 letters"],
  ["a name with a space", { name: "a stream" }, "1–64 letters"],
  ["a buffer under 64 MiB", { bufferMebibytes: 63 }, "64–128 MiB"],
  ["a buffer over 128 MiB", { bufferMebibytes: 129 }, "64–128 MiB"],
  ["an interval under a minute", { bufferSeconds: 59 }, "from 60 to 900"],
  ["an interval over 15 minutes", { bufferSeconds: 901 }, "from 60 to 900"],
  ["an interval of no whole seconds", { bufferSeconds: 60.5 }, "from 60 to 900"],
  ["compression beside Parquet's own", { compression: "GZIP" }, "UNCOMPRESSED"],
  ["jq that does not parse", { query: `${plan.query}}` }, "only copies fields"],
  ["jq with a trailing comma", { query: plan.query.replace("}", ",}") }, "only copies fields"],
  ["jq that computes", { query: plan.query.replace(".region", ".region|ascii_downcase") }, "only copies fields"],
  ["a query over 5,120 characters", { query: query(long), prefix: folders(long), stampedKeys: long }, "5,120"],
  [
    "a prefix key that jq does not give",
    { prefix: `${plan.prefix}x=!{partitionKeyFromQuery:store}/` },
    "exactly the keys",
  ],
  ["a jq key that the prefix leaves out", { prefix: folders(["event_date"]) }, "exactly the keys"],
  ["a key that a record may lack", { stampedKeys: plan.stampedKeys.slice(1) }, "never empty"],
  ["an error prefix without the kind of error", { errorPrefix: "errors/purchase/" }, "the error prefix holds"],
  [
    "an error prefix with a partition key",
    { errorPrefix: `${plan.errorPrefix}!{partitionKeyFromQuery:region}/` },
    "the error prefix holds",
  ],
  ["a prefix that does not end in a slash", { prefix: plan.prefix.slice(0, -1) }, "end in a slash"],
  ["a prefix that begins with a slash", { prefix: `/${plan.prefix}` }, "end in a slash"],
  ["a colon in a folder", { errorPrefix: `${plan.errorPrefix}at:/` }, "no colon"],
  ["an unknown time zone", { timeZone: "America/Sampa" }, "tz database"],
  ["more open partitions than the quota", { openPartitions: 501 }, "within the quota"],
])("%s is refused, by that rule alone", (_, change, rule) => {
  const found = broken(change);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(rule);
});
