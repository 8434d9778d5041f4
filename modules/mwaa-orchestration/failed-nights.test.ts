import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Panel } from "../shared/panel";
import { packageRoot } from "../shared/source-root";
import { synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { watchFailedNights } from "./failed-nights";

const DAG = "recommendations_nightly";
let panel: Panel;
const stack = synthesize("/nowhere", (scope) => {
  panel = watchFailedNights(scope, { platform: TEST_PLATFORM, environmentName: "mercafacil-test", dag: DAG });
});

test("one failed run of the night reaches the topic; a day without one says nothing", () => {
  expect(stack.one("aws_cloudwatch_metric_alarm")).toMatchObject({
    alarm_name: "mercafacil-test-night-failed",
    namespace: "AmazonMWAA",
    metric_name: "DAGDurationFailed",
    dimensions: { Environment: "mercafacil-test", DAG },
    statistic: "Maximum",
    threshold: 0,
    evaluation_periods: 1,
    // Airflow reports only when a run ends. That none ran at all is what the deadline guard tells.
    treat_missing_data: "notBreaching",
    alarm_actions: [TEST_PLATFORM.alarmTopicArn],
  });
});

test("the metric is of the very DAG that is shipped", () => {
  const source = readFileSync(join(packageRoot(), "dags", `${DAG}.py`), "utf8");
  expect(source).toContain(`dag_id="${DAG}"`);
});

test("the dashboard shows how long nights took, published and failed", () => {
  expect(Object.values(panel.lines).map(({ name }) => name)).toEqual(["DAGDurationSuccess", "DAGDurationFailed"]);
});
