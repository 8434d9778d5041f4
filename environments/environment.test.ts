import { dev } from "./dev";
import { checkEnvironments, ENVIRONMENT_RULES, type Environment } from "./environment";
import { local } from "./local";

const refused = (...environments: Environment[]): string => {
  try {
    checkEnvironments(environments);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

const kept: Environment = {
  ...dev,
  name: "prod",
  disposable: false,
  destroyData: { lake: false, ingestion: false, dispatch: false },
};

test("the environments of the platform pass together", () => {
  expect(refused(local, dev)).toBe("");
});

const cases: [string, Environment, string][] = [
  ["a name too long for a bucket", { ...dev, name: "development-of-the-team" }, "name is 2–12"],
  ["a name with an underscore", { ...dev, name: "dev_1" }, "name is 2–12"],
  ["a region that is none", { ...dev, region: "São Paulo" }, "region is written like"],
  ["a time zone that is none", { ...dev, timeZone: "BRT-3" }, "timeZone is one"],
  ["a shared environment with its state in a file", { ...dev, state: { kind: "file" } }, "lies in S3"],
  ["a retention that CloudWatch does not take", { ...dev, logRetentionDays: 10 }, "logRetentionDays"],
  ["destroying data of what is not disposable", { ...dev, disposable: false }, "no module destroys"],
  ["a disposable prod", { ...kept, disposable: true }, "prod is not disposable"],
  [
    "an unknown granularity",
    { ...dev, streams: { ...dev.streams, partitionGranularity: "week" as "day" } },
    "partitionGranularity",
  ],
  ["a week and more to catch up", { ...dev, streams: { ...dev.streams, catchUpHours: 169 } }, "catchUpHours"],
  [
    "a quota that AWS does not give",
    { ...dev, streams: { ...dev.streams, openPartitionQuota: 6_000 } },
    "openPartitionQuota",
  ],
  ["messages to all from dev", { ...dev, sending: { ...local.sending, recipients: "all" } }, 'recipients "all"'],
];

test.each(cases)(
  "%s is refused, by that rule alone, with the value received and what to do",
  (_, environment, rule) => {
    const lines = refused(environment).split("\n").slice(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(rule);
    expect(lines[0]).toMatch(/received .+; rule: .+; .+/);
  },
);

test("every rule has a case", () => {
  const covered = ENVIRONMENT_RULES.filter(({ rule }) => cases.some(([, , fragment]) => rule.includes(fragment)));
  expect(covered).toEqual(ENVIRONMENT_RULES);
});

test("local may message all only while its messages cannot leave the machine", () => {
  for (const twilioBaseUrl of ["https://api.twilio.com", "http://127.0.0.1.example.com"]) {
    expect(refused({ ...local, sending: { ...local.sending, twilioBaseUrl } })).toContain('recipients "all"');
  }
});

test("prod may message all", () => {
  expect(refused({ ...kept, sending: { ...local.sending, twilioBaseUrl: "https://api.twilio.com" } })).toBe("");
});

test("two environments of one name are refused", () => {
  expect(refused(dev, { ...dev })).toContain("no two environments have one name");
});

test("everything that is wrong is said at once, the modules' rules included", () => {
  const wrong: Environment = {
    ...dev,
    logRetentionDays: 10,
    sending: { ...dev.sending, maximumConcurrency: 1 },
    night: { ...dev.night, windowDays: 0 },
    network: { ...dev.network, vpcId: "main" },
  };
  const message = refused({ ...local, timeZone: "BRT" }, wrong);
  for (const field of ["timeZone", "logRetentionDays", "maximumConcurrency", "windowDays", "vpcId"]) {
    expect(message).toContain(field);
  }
  expect(message.split("\n")).toHaveLength(6);
});
