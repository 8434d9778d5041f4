// Every alarm of an environment reaches the same people by the same topic: whoever watches one watches all.
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { DataKey } from "../shared/data-key";
import { NOTHING_KEPT } from "../shared/disposal";
import type { Platform } from "../shared/platform";
import { accountId } from "../shared/policy";
import { refuseWhatAwsRefuses } from "../shared/refuse-at-aws";

// AWS services that say something is wrong.
const PUBLISHERS = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"];

export interface AlarmTopicProps {
  readonly platform: Pick<Platform, "prefix" | "region">;
  /** E-mail addresses that every alarm is sent to, once their owner has confirmed. */
  readonly emails: readonly string[];
}

/** The environment's one topic for alarms. */
export class AlarmTopic extends Construct {
  /** ARN of the topic. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { platform, emails }: AlarmTopicProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    const key = new DataKey(this, {
      platform,
      key: "alarms",
      description: "alarms on their way",
      disposal: NOTHING_KEPT,
      publishers: PUBLISHERS,
    });
    const topic = new SnsTopic(this, "topic", { name: `${platform.prefix}-alarms`, kmsMasterKeyId: key.arn });
    topic.overrideLogicalId("topic_alarms");
    this.arn = topic.arn;
    new SnsTopicPolicy(this, "policy", { arn: topic.arn, policy: this.policy() });
    for (const endpoint of emails) {
      const subscription = new SnsTopicSubscription(this, endpoint, {
        topicArn: topic.arn,
        protocol: "email",
        endpoint,
      });
      subscription.overrideLogicalId(`subscription_${endpoint.replaceAll(/[^\w-]/g, "_")}`);
    }
  }

  private policy(): string {
    return new DataAwsIamPolicyDocument(this, "publishers", {
      statement: [
        {
          actions: ["sns:Publish"],
          resources: [this.arn],
          principals: [{ type: "Service", identifiers: PUBLISHERS }],
          condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId(this)] }],
        },
      ],
    }).json;
  }
}
