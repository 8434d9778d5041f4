// What reaches a public API has passed a firewall first; what it stopped is logged without the caller's credentials.
import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Wafv2WebAclLoggingConfiguration } from "@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration";
import { Construct } from "constructs";
import type { KeyRef } from "./data-key";
import { numberAbove } from "./header-regex";
import { logGroup } from "./log-group";
import type { Platform } from "./platform";

/** A rule as WAF's own API takes it, its place and its metric aside: the provider's typed blocks lack parts of it. */
export type WebAclRule = { readonly Name: string } & Readonly<Record<string, unknown>>;

export interface WebAclProps {
  readonly platform: Platform;
  /** The rest of its name. */
  readonly name: string;
  /** The API's stage. */
  readonly stageArn: string;
  /** The key that its log lies under. */
  readonly key: KeyRef;
  /** From first to last. */
  readonly rules: readonly WebAclRule[];
  /** JSON bodies that rules answer with, by the key that they name. */
  readonly answers: Readonly<Record<string, object>>;
}

/** A regional web ACL that lets through what no rule stops. */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const name = `${props.platform.prefix}-${props.name}`;
    const acl = new Wafv2WebAcl(this, "acl", {
      name,
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      customResponseBody: Object.entries(props.answers).map(([key, answer]) => ({
        key,
        content: JSON.stringify(answer),
        contentType: "APPLICATION_JSON",
      })),
      ruleJson: JSON.stringify(
        props.rules.map((rule, place) => ({
          ...rule,
          Priority: place,
          VisibilityConfig: seen(`${name}-${rule.Name}`),
        })),
      ),
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: false },
    });
    new Wafv2WebAclAssociation(this, "association", { resourceArn: props.stageArn, webAclArn: acl.arn });
    this.logStopped(name, acl, props);
  }

  private logStopped(name: string, acl: Wafv2WebAcl, { platform, key }: WebAclProps): void {
    const logs = logGroup(this, "logs", {
      // WAF takes no other beginning.
      name: `aws-waf-logs-${name}`,
      address: `waf_${name.slice(platform.prefix.length + 1)}`,
      retentionDays: platform.logRetentionDays,
      key,
    });
    new Wafv2WebAclLoggingConfiguration(this, "logging", {
      resourceArn: acl.arn,
      logDestinationConfigs: [logs.arn],
      redactedFields: [{ singleHeader: { name: "authorization" } }, { queryString: {} }],
      loggingFilter: {
        defaultBehavior: "DROP",
        filter: [{ behavior: "KEEP", requirement: "MEETS_ANY", condition: [{ actionCondition: { action: "BLOCK" } }] }],
      },
    });
  }
}

const seen = (metric: string) => ({
  CloudWatchMetricsEnabled: true,
  MetricName: metric,
  SampledRequestsEnabled: false,
});
const asSent = [{ Priority: 0, Type: "NONE" }];

/** Stops a body that its sender says is larger than `bytes`, with `status` and the answer `answerKey`. */
export function bodyLimit(bytes: number, status: number, answerKey: string): WebAclRule {
  return {
    Name: "body-too-large",
    Statement: {
      RegexMatchStatement: {
        FieldToMatch: { SingleHeader: { Name: "content-length" } },
        RegexString: numberAbove(bytes),
        TextTransformations: asSent,
      },
    },
    Action: { Block: { CustomResponse: { ResponseCode: status, CustomResponseBodyKey: answerKey } } },
  };
}

/** Stops who sends more than `requests` in five minutes under one Authorization header. */
export function rateLimit(requests: number, answerKey: string): WebAclRule {
  return {
    Name: "too-many-requests",
    Statement: {
      RateBasedStatement: {
        Limit: requests,
        EvaluationWindowSec: 300,
        AggregateKeyType: "CUSTOM_KEYS",
        CustomKeys: [{ Header: { Name: "authorization", TextTransformations: asSent } }],
      },
    },
    Action: { Block: { CustomResponse: { ResponseCode: 429, CustomResponseBodyKey: answerKey } } },
  };
}

/** AWS's own rules; those in `onlyCounted` stop nothing. */
export function managedRules(group: string, onlyCounted: readonly string[] = []): WebAclRule {
  return {
    Name: group,
    Statement: {
      ManagedRuleGroupStatement: {
        VendorName: "AWS",
        Name: group,
        RuleActionOverrides: onlyCounted.map((Name) => ({ Name, ActionToUse: { Count: {} } })),
      },
    },
    OverrideAction: { None: {} },
  };
}
