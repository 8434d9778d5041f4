import { violations } from "../modules/shared/rules";
import { ENVIRONMENTS } from "./all";
import { dev } from "./dev";
import type { Environment } from "./environment";
import { ENVIRONMENT_RULES, environmentViolations, TOGETHER_RULES } from "./environment-rules";
import { local } from "./local";
import { prod } from "./prod";
import { staging } from "./staging";

test("the environments of the platform pass together", () => {
  expect(environmentViolations(ENVIRONMENTS)).toEqual([]);
});

const streams = (change: object) => ({ ...dev, streams: { ...dev.streams, ...change } });
const senders = (chosen: Record<string, string>) => ({ ...prod, sending: { ...prod.sending, senders: chosen } });
const alarms = (...emails: string[]) => ({ emails });

const cases: [string, Environment, string][] = [
  ["a name too long for a bucket", { ...dev, name: "development-of-the-team" }, "name is 2–12"],
  ["a name with an underscore", { ...dev, name: "dev_1" }, "name is 2–12"],
  ["an account with hyphens", { ...dev, account: "1111-2222-3333" }, "12 digits"],
  ["a deployer that is nobody", { ...dev, deployedBy: "me" as "ci" }, "deployedBy is"],
  ["kept data that anyone may deploy to", { ...staging, deployedBy: "anyone" }, "by CI alone"],
  ["a region that is none", { ...dev, region: "São Paulo" }, "region is written like"],
  ["a time zone that is none", { ...dev, timeZone: "BRT-3" }, "timeZone is one"],
  ["a shared environment with its state in a file", { ...dev, state: { kind: "file" } }, "lies in S3"],
  [
    "a state bucket that S3 refuses",
    { ...dev, state: { kind: "s3", bucket: "mercafacil-terraform-state-Dev", region: "sa-east-1" } },
    "the state bucket is called",
  ],
  [
    "a state bucket that no bootstrap makes",
    { ...dev, state: { kind: "s3", bucket: "my-terraform-state", region: "sa-east-1" } },
    "the state bucket is called",
  ],
  ["a retention that CloudWatch does not take", { ...dev, logRetentionDays: 10 }, "logRetentionDays"],
  ["destroying data of what is not disposable", { ...staging, destroyData: dev.destroyData }, "no module destroys"],
  ["a disposable prod", { ...prod, disposable: true }, "prod is not disposable"],
  ["an address without a domain", { ...dev, alarms: alarms("plantao") }, "looks like an address"],
  ["two addresses in one", { ...dev, alarms: alarms("a@example.com,b@example.com") }, "looks like an address"],
  ["an address that comes twice", { ...dev, alarms: alarms("a@example.com", "a@example.com") }, "none comes twice"],
  ["a prod whose alarms reach nobody", { ...prod, alarms: alarms() }, "prod tells somebody"],
  ["a month without a budget", { ...dev, monthlyBudgetUsd: 0 }, "monthlyBudgetUsd"],
  ["a budget with cents", { ...dev, monthlyBudgetUsd: 99.5 }, "monthlyBudgetUsd"],
  ["an unknown granularity", streams({ partitionGranularity: "week" }), "partitionGranularity"],
  ["a week and more to catch up", streams({ catchUpHours: 169 }), "catchUpHours"],
  ["a quota that AWS does not give", streams({ openPartitionQuota: 6_000 }), "openPartitionQuota"],
  ["messages to all from dev", { ...dev, sending: { ...local.sending, recipients: "all" } }, 'recipients "all"'],
  [
    "messages to all from staging",
    { ...staging, sending: { ...staging.sending, recipients: "all" } },
    'recipients "all"',
  ],
  ["a prod in which chains have no sender of their own", senders({ "*": "+5511900000000" }), "under its own name"],
  [
    "a prod in which two chains share a sender",
    senders({ one: "+5511900000000", two: "+5511900000000", three: "+5511900000003" }),
    "no two chains share",
  ],
];

test.each(cases)(
  "%s is refused, by that rule alone, with the value received and what to do",
  (_, environment, rule) => {
    const sentences = violations(environment.name, environment, ENVIRONMENT_RULES);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(rule);
    expect(sentences[0]).toMatch(/received .+; rule: .+; .+/);
  },
);

const state = (bucket: string) => ({ kind: "s3", bucket, region: "sa-east-1" }) as const;
const together: [string, readonly Environment[], string][] = [
  ["two of one name", [dev, { ...dev }], "no two environments have one name"],
  [
    "a prod in the account of dev",
    [{ ...dev, account: prod.account, state: prod.state }, prod],
    "prod has an account of its own",
  ],
  ["a prod whose state lies with staging's", [staging, { ...prod, state: staging.state }], "one state bucket"],
  [
    "an account with two state buckets",
    [dev, { ...dev, name: "qa", state: state("mercafacil-terraform-state-qa") }],
    "one state bucket",
  ],
];

test.each(together)("environments are refused together: %s", (_, environments, rule) => {
  const sentences = environmentViolations(environments);
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toContain(rule);
  expect(sentences[0]).toMatch(/^environments: received .+; rule: .+; .+/);
});

test("two environments may share an account and its state bucket", () => {
  expect(environmentViolations([dev, { ...dev, name: "qa" }, prod])).toEqual([]);
});

test("every rule has a case", () => {
  const without = (rules: readonly { rule: string }[], fragments: readonly string[]) =>
    rules.map(({ rule }) => rule).filter((rule) => !fragments.some((fragment) => rule.includes(fragment)));
  expect(
    without(
      ENVIRONMENT_RULES,
      cases.map(([, , fragment]) => fragment),
    ),
  ).toEqual([]);
  expect(
    without(
      TOGETHER_RULES,
      together.map(([, , fragment]) => fragment),
    ),
  ).toEqual([]);
});

test("the chains that share a sender in prod are named", () => {
  const [sentence] = violations("prod", cases.at(-1)![1], ENVIRONMENT_RULES);
  expect(sentence).toContain('received {"+5511900000000":["one","two"]}');
});

test("local may message all only while its messages cannot leave the machine", () => {
  for (const twilioBaseUrl of ["https://api.twilio.com", "http://127.0.0.1.example.com"]) {
    const away = { ...local, sending: { ...local.sending, twilioBaseUrl } };
    expect(environmentViolations([away]).join()).toContain('recipients "all"');
  }
});
