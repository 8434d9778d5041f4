// Nobody wears out the collector: bodies over its limit and floods under one key end before it, and AWS's own rules stop
// what is plainly an attack. A body is no attack for its size or its words alone.
import type { Construct } from "constructs";
import { REQUEST_CODES } from "../../lambdas/collector/rejection-codes";
import type { KeyRef } from "../shared/data-key";
import type { Platform } from "../shared/platform";
import type { RestApi } from "../shared/rest-api";
import { bodyLimit, managedRules, rateLimit, WebAcl } from "../shared/web-acl";
import { TIERS } from "./usage-plans";

// The collector's own limit, by which it judges what came without a length.
const BODY_BYTES = 4_000_000;

// Five minutes of the largest tier, and as much again: the usage plan throttles, this stops a flood.
const REQUESTS_IN_FIVE_MINUTES = 2 * 300 * TIERS.large.requestsPerSecond;

const TOO_MANY = { code: "TOO_MANY_REQUESTS", message: "Too many requests under one key: wait five minutes." };

/** The web ACL of the events' API. */
export function firewall(scope: Construct, platform: Platform, api: RestApi, key: KeyRef): void {
  new WebAcl(scope, "firewall", {
    platform,
    name: "events",
    stageArn: api.stage.arn,
    key,
    rules: [
      bodyLimit(BODY_BYTES, 413, "BODY_TOO_LARGE"),
      rateLimit(REQUESTS_IN_FIVE_MINUTES, "TOO_MANY_REQUESTS"),
      // Counted only: 8 KB are a few dozen events.
      managedRules("AWSManagedRulesCommonRuleSet", ["SizeRestrictions_BODY"]),
      managedRules("AWSManagedRulesKnownBadInputsRuleSet"),
    ],
    answers: {
      BODY_TOO_LARGE: { code: "BODY_TOO_LARGE", message: REQUEST_CODES.BODY_TOO_LARGE },
      TOO_MANY_REQUESTS: TOO_MANY,
    },
  });
}
