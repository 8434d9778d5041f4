import { readContracts } from "../../contracts/contract";
import { REQUEST_CODES } from "../../lambdas/collector/rejection-codes";
import { Lake } from "../lake/lake";
import { type Clone, cloneFixture } from "../shared/clone-fixture";
import { type Block, refersTo, type Synthesized, synthesize, TEST_PLATFORM } from "../shared/synth-fixture";
import { Ingestion } from "./ingestion";
import { TIERS } from "./usage-plans";

let clone: Clone;
let stack: Synthesized;
beforeAll(() => {
  clone = cloneFixture();
  stack = synthesize(clone.root, (scope) => {
    const contracts = readContracts(`${clone.root}/contracts`);
    const common = { platform: TEST_PLATFORM, contracts, destroyData: true };
    const lake = new Lake(scope, "lake", { ...common, partitionGranularity: "hour" });
    const streams = {
      bufferSeconds: 300,
      partitionGranularity: "hour",
      catchUpHours: 24,
      openPartitionQuota: 500,
    } as const;
    new Ingestion(scope, "ingestion", { ...common, lake, streams });
  });
});
afterAll(() => clone.remove());

const rules = (): Block[] => JSON.parse(stack.one("aws_wafv2_web_acl").rule_json);
const rule = (name: string): Block => rules().find(({ Name }) => Name === name)!;
const alarms = () => stack.all("aws_cloudwatch_metric_alarm");
const alarmed = (name: string) => stack.one("aws_cloudwatch_metric_alarm", { alarm_name: `mercafacil-test-${name}` });

describe("the firewall", () => {
  test("answers a body over 4,000,000 bytes as the collector would, and no smaller one", () => {
    const { Statement, Action } = rule("body-too-large");
    const { RegexString, FieldToMatch } = Statement.RegexMatchStatement;
    expect(FieldToMatch).toEqual({ SingleHeader: { Name: "content-length" } });
    expect(RegexString.length).toBeLessThanOrEqual(512);
    expect(["3999999", "4000000"].some((length) => new RegExp(RegexString).test(length))).toBe(false);
    expect(["4000001", "10485760"].every((length) => new RegExp(RegexString).test(length))).toBe(true);
    const { ResponseCode, CustomResponseBodyKey } = Action.Block.CustomResponse;
    expect(ResponseCode).toBe(413);
    const bodies: Block[] = stack.one("aws_wafv2_web_acl").custom_response_body;
    const { content } = bodies.find(({ key }) => key === CustomResponseBodyKey)!;
    expect(JSON.parse(content)).toEqual({ code: "BODY_TOO_LARGE", message: REQUEST_CODES.BODY_TOO_LARGE });
  });

  test("counts requests by key, well above what the largest tier may send", () => {
    const { Limit, AggregateKeyType, CustomKeys } = rule("too-many-requests").Statement.RateBasedStatement;
    expect([AggregateKeyType, CustomKeys[0].Header.Name]).toEqual(["CUSTOM_KEYS", "authorization"]);
    expect(Limit).toBeGreaterThan(300 * TIERS.large.requestsPerSecond);
  });

  test("holds AWS's common rules without the one on the size of a body, which only counts", () => {
    const { RuleActionOverrides } = rule("AWSManagedRulesCommonRuleSet").Statement.ManagedRuleGroupStatement;
    expect(RuleActionOverrides).toEqual([{ Name: "SizeRestrictions_BODY", ActionToUse: { Count: {} } }]);
  });

  test("is asked in order, stands before the stage, and logs what it stopped without the key", () => {
    expect(rules().map(({ Priority }) => Priority)).toEqual([0, 1, 2, 3]);
    expect(rule("AWSManagedRulesKnownBadInputsRuleSet").OverrideAction).toEqual({ None: {} });
    const { resource_arn } = stack.one("aws_wafv2_web_acl_association");
    expect(refersTo(resource_arn, "aws_api_gateway_stage", "arn")).toBe(true);
    const { redacted_fields, logging_filter } = stack.one("aws_wafv2_web_acl_logging_configuration");
    expect(redacted_fields).toContainEqual({ single_header: { name: "authorization" } });
    expect(logging_filter.default_behavior).toBe("DROP");
  });
});

test("each tier has its usage plan on the stage, and no key is a resource: its value would lie in the state", () => {
  const plans = stack.all("aws_api_gateway_usage_plan");
  expect(plans.map(({ name }) => name).sort()).toEqual(
    ["large", "medium", "small"].map((tier) => `mercafacil-test-${tier}`),
  );
  for (const { api_stages, quota_settings } of plans) {
    expect(refersTo(api_stages[0].api_id, "aws_api_gateway_rest_api", "id")).toBe(true);
    expect(quota_settings.period).toBe("DAY");
  }
  expect(stack.resource).not.toHaveProperty("aws_api_gateway_api_key");
});

describe("an alarm", () => {
  test("watches each contract's stream for what waits, is throttled, does not fit or opens too many partitions", () => {
    const names = alarms().map(({ alarm_name }) => alarm_name);
    for (const contract of ["purchase", "shopper", "coupon", "operator", "product"]) {
      for (const sign of ["freshness", "throttled", "unconverted", "partitions"]) {
        expect(names).toContain(`mercafacil-test-${contract}-${sign}`);
      }
    }
    expect(names).toContain("mercafacil-test-quarantine-freshness");
  });

  test("goes off long before waiting events are lost, and not while they only wait for their buffer", () => {
    const { metric_name, threshold } = alarmed("purchase-freshness");
    expect(metric_name).toBe("DeliveryToS3.DataFreshness");
    expect(threshold).toBeGreaterThan(300);
    expect(threshold).toBeLessThan((24 * 3_600) / 10);
  });

  test("judges errors and rejections as a share, of enough to judge by", () => {
    for (const name of ["events-5xx-share", "quarantine-share"]) {
      expect(alarmed(name).metric_query[0].expression).toMatch(/^IF\(.* >= \d+, 100 \* .*, 0\)$/);
    }
    // All streams count, those of contracts to come too.
    expect(alarmed("quarantine-share").metric_query).toHaveLength(1 + 1 + 5);
  });

  test("says what it means and what to do, and reaches the topic", () => {
    for (const { alarm_description, alarm_actions } of alarms()) {
      expect(alarm_description).toMatch(/[:;]/);
      expect(alarm_actions).toEqual([TEST_PLATFORM.alarmTopicArn]);
    }
  });
});
