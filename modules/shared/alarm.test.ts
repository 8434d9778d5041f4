import { type AlarmProps, alarm, type Metric } from "./alarm";
import { synthesize, TEST_PLATFORM } from "./synth-fixture";

const errors: Metric = {
  namespace: "AWS/Lambda",
  name: "Errors",
  dimensions: { FunctionName: "mercafacil-test-collector" },
  statistic: "Sum",
};
const props: AlarmProps = {
  platform: TEST_PLATFORM,
  name: "collector-errors",
  description: "The collector fails: read its log.",
  watch: errors,
  above: 0,
  periodSeconds: 300,
};

const alarmed = (given: Partial<AlarmProps> = {}) =>
  synthesize("/nowhere", (stack) => alarm(stack, { ...props, ...given })).one("aws_cloudwatch_metric_alarm");

test("an alarm reaches the platform's topic when it begins and when it is over", () => {
  const actions = [TEST_PLATFORM.alarmTopicArn];
  expect(alarmed()).toMatchObject({
    alarm_name: "mercafacil-test-collector-errors",
    alarm_actions: actions,
    ok_actions: actions,
    comparison_operator: "GreaterThanThreshold",
    threshold: 0,
  });
});

test("it watches one metric by its dimensions", () => {
  expect(alarmed()).toMatchObject({
    namespace: "AWS/Lambda",
    metric_name: "Errors",
    dimensions: errors.dimensions,
    statistic: "Sum",
    period: 300,
  });
});

test("or a formula over several, of which only the result counts", () => {
  const calls: Metric = { ...errors, name: "Invocations" };
  const { metric_query: queries, ...rest } = alarmed({
    watch: { formula: "100 * errors / calls", of: { errors, calls } },
  });
  expect(rest).not.toHaveProperty("metric_name");
  expect(queries.map(({ id, return_data }: { id: string; return_data?: boolean }) => [id, return_data])).toEqual([
    ["result", true],
    ["errors", undefined],
    ["calls", undefined],
  ]);
  expect(queries[2].metric).toMatchObject({ metric_name: "Invocations", stat: "Sum", period: 300 });
});

test("silence is good news unless what should report is dead", () => {
  expect(alarmed().treat_missing_data).toBe("notBreaching");
  expect(alarmed({ silence: "bad" }).treat_missing_data).toBe("breaching");
});
