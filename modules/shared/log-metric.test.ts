import { logMetric } from "./log-metric";
import { synthesize, TEST_PLATFORM } from "./synth-fixture";

const filtered = (field?: string) => {
  let metric: unknown;
  const stack = synthesize("/nowhere", (scope) => {
    const given = { platform: TEST_PLATFORM, name: "lines-sent", logGroupName: "/aws/lambda/sender" };
    metric = logMetric(scope, { ...given, message: "shard_done", field });
  });
  return { metric, filter: stack.one("aws_cloudwatch_log_metric_filter") };
};

test("a number in a log line adds to a metric of the environment's own", () => {
  const { metric, filter } = filtered("states.SENT");
  expect(filter).toMatchObject({
    log_group_name: "/aws/lambda/sender",
    pattern: '{ $.message = "shard_done" && $.states.SENT = * }',
    metric_transformation: { namespace: "mercafacil-test", name: "lines-sent", value: "$.states.SENT" },
  });
  expect(metric).toEqual({ namespace: "mercafacil-test", name: "lines-sent", dimensions: {}, statistic: "Sum" });
});

test("without a number, each line counts one", () => {
  const { filter } = filtered();
  expect(filter).toMatchObject({ pattern: '{ $.message = "shard_done" }', metric_transformation: { value: "1" } });
});
