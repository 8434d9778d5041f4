import { type Clone, cloneFixture } from "../shared/clone-fixture";
import { type Synthesized, synthesize, TEST_KEY, TEST_PLATFORM } from "../shared/synth-fixture";
import { Guards } from "./guards";

let clone: Clone;
let stack: Synthesized;
beforeAll(() => {
  clone = cloneFixture();
  const bucket = (name: string) => ({ name, arn: `arn:aws:s3:::${name}`, key: TEST_KEY });
  stack = synthesize(clone.root, (scope) => {
    new Guards(scope, "guards", {
      platform: TEST_PLATFORM,
      buckets: { out: bucket("out"), artifacts: bucket("artifacts") },
    });
  });
});
afterAll(() => clone.remove());

test("the reaper looks every quarter of an hour, the deadline at 07:00, both in local time", () => {
  for (const [name, expression] of [
    ["reaper", "cron(0/15 * * * ? *)"],
    ["deadline", "cron(0 7 * * ? *)"],
  ]) {
    expect(stack.all("aws_scheduler_schedule").find((schedule) => schedule.target.arn.includes(name))).toMatchObject({
      schedule_expression: expression,
      schedule_expression_timezone: "America/Sao_Paulo",
    });
  }
});

test("the reaper may end clusters of its own environment only, and look at all: AWS limits no list", () => {
  const permissions = stack.permissions("mercafacil-test-reaper");
  const ending = permissions.filter(({ actions }) => actions.includes("elasticmapreduce:TerminateJobFlows"));
  expect(ending).toHaveLength(1);
  expect(ending[0]!.condition).toEqual([
    { test: "StringEquals", variable: "elasticmapreduce:ResourceTag/environment", values: ["test"] },
  ]);
  const everywhere = permissions.filter(({ resources }) => resources.includes("*"));
  expect(everywhere.flatMap(({ actions }) => actions)).toEqual(["elasticmapreduce:ListClusters"]);
});

test("the deadline reads publications and writes nothing", () => {
  const actions = stack.permissions("mercafacil-test-deadline").flatMap((permission) => permission.actions);
  expect(actions.filter((action) => action.startsWith("s3:"))).toEqual(["s3:ListBucket", "s3:GetObject"]);
});

test("what they find, that they fail, and what they gave up each has an alarm to the topic", () => {
  const alarms = stack.all("aws_cloudwatch_metric_alarm");
  expect(alarms.map(({ alarm_name }) => alarm_name.slice("mercafacil-test-".length)).sort()).toEqual([
    "cluster-overdue",
    "deadline-errors",
    "guards-parked",
    "offers-missing",
    "reaper-errors",
  ]);
  for (const { alarm_actions } of alarms) expect(alarm_actions).toEqual([TEST_PLATFORM.alarmTopicArn]);
  const patterns = stack.all("aws_cloudwatch_log_metric_filter").map(({ pattern }) => pattern);
  expect(patterns.sort()).toEqual(['{ $.message = "missing" }', '{ $.message = "overdue" }']);
});
