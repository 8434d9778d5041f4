import { type Clone, cloneFixture } from "../shared/clone-fixture";
import { type Synthesized, synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { Dispatch } from "./dispatch";
import { AROUND_DISPATCH, TEST_SENDING } from "./dispatch-fixture";

let clone: Clone;
let stack: Synthesized;
let titles: readonly string[];
beforeAll(() => {
  clone = cloneFixture();
  stack = synthesize(clone.root, (scope) => {
    const sending = { ...TEST_SENDING, recipients: "none", senders: {}, dailyBudgetBrl: 1, holidays: [] } as const;
    const dispatch = new Dispatch(scope, "dispatch", { ...AROUND_DISPATCH, sending });
    titles = dispatch.panels.map(({ title }) => title);
  });
});
afterAll(() => clone.remove());

const named = (name: string) => stack.one("aws_cloudwatch_metric_alarm", { alarm_name: `mercafacil-test-${name}` });

test("what must never happen quietly has an alarm that says what to do", () => {
  const names = stack
    .all("aws_cloudwatch_metric_alarm")
    .map(({ alarm_name }) => alarm_name.slice("mercafacil-test-".length));
  expect(names.sort()).toEqual(
    [
      ...["in-doubt", "unsettled", "rejected-share", "budget", "circuit", "file-refused", "imbalance", "shards-wait"],
      ...["parked-send", "parked-status", "parked-schedules"],
      ...["planner", "sender", "callback", "status", "sweeper", "closer", "reconciler"].map((name) => `${name}-errors`),
    ].sort(),
  );
  for (const { alarm_actions, alarm_description } of stack.all("aws_cloudwatch_metric_alarm")) {
    expect(alarm_actions).toEqual([TEST_PLATFORM.alarmTopicArn]);
    expect(alarm_description).toMatch(/: |; /);
  }
});

test("each count in a log is one metric, read from the log of the function that writes it", () => {
  const filters = stack.all("aws_cloudwatch_log_metric_filter");
  const metrics = filters.map(({ metric_transformation: { name } }) => name);
  expect(new Set(metrics).size).toBe(metrics.length);
  const groupOf = (name: string) => filters.find((filter) => filter.name === `mercafacil-test-${name}`)!.log_group_name;
  expect(groupOf("lines-sent")).toContain("sender");
  expect(groupOf("files-refused")).toContain("planner");
  expect(groupOf("receipts-delivered")).toContain("status");
  expect(groupOf("imbalances")).toContain("reconciler");
});

test("a share is judged only where there is enough to judge by", () => {
  const [result] = named("rejected-share").metric_query;
  expect(result.expression).toMatch(/^IF\(sent \+ rejected >= \d+, .*, 0\)$/);
  expect(named("rejected-share").threshold).toBeLessThan(100);
});

test("parked work is told by the queue that it lies in", () => {
  const queues = ["send", "status", "schedules"].map((what) => named(`parked-${what}`).dimensions.QueueName);
  expect(queues).toEqual([
    `\${aws_sqs_queue.queue_send_dlq.name}`,
    `\${aws_sqs_queue.queue_status_dlq.name}`,
    `\${aws_sqs_queue.queue_schedule_failures.name}`,
  ]);
});

test("the dashboard is given what became of lines, their receipts and what waits", () => {
  expect(titles).toEqual(["What became of lines", "Receipts", "Messages in doubt, settled", "Waiting and parked"]);
});
