// What claims to be Twilio's is small. Nothing else is judged here: AWS's own rules would take a shopper's words for an
// attack and lose a STOP; the signature decides.
import type { Construct } from "constructs";
import type { KeyRef } from "../shared/data-key";
import type { Platform } from "../shared/platform";
import type { RestApi } from "../shared/rest-api";
import { bodyLimit, WebAcl } from "../shared/web-acl";

// A callback is a form of some hundred bytes, an inbound message at most 1,600 characters.
const BODY_BYTES = 65_536;

/** The web ACL of the callbacks' API. */
export function callbackFirewall(scope: Construct, platform: Platform, api: RestApi, key: KeyRef): void {
  new WebAcl(scope, "firewall", {
    platform,
    name: "callbacks",
    stageArn: api.stage.arn,
    key,
    rules: [bodyLimit(BODY_BYTES, 413, "BODY_TOO_LARGE")],
    answers: { BODY_TOO_LARGE: { message: `The body has more than ${BODY_BYTES} bytes.` } },
  });
}
