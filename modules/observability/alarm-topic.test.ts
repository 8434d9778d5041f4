import { synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { AlarmTopic } from "./alarm-topic";

const stack = synthesize("/nowhere", (scope) => {
  new AlarmTopic(scope, "alarm-topic", {
    platform: TEST_PLATFORM,
    emails: ["noite@example.com", "plantao@example.com"],
  });
});

test("everybody named gets every alarm", () => {
  const subscriptions = stack.all("aws_sns_topic_subscription");
  expect(subscriptions.map(({ protocol, endpoint }) => [protocol, endpoint])).toEqual([
    ["email", "noite@example.com"],
    ["email", "plantao@example.com"],
  ]);
});

test("the topic is encrypted, and its key lets those publish who may publish", () => {
  expect(stack.one("aws_sns_topic").kms_master_key_id).toBe(`\${aws_kms_key.key_alarms.arn}`);
  const principals = (reference: string): string[] =>
    stack.data.aws_iam_policy_document![reference.split(".")[2]!]!.statement.at(-1).principals[0].identifiers;
  const publishers = principals(stack.one("aws_sns_topic_policy").policy);
  expect(publishers).toEqual(["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]);
  expect(principals(stack.one("aws_kms_key").policy)).toEqual(publishers);
});
