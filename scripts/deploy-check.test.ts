// A deploy counts only if the state holds the whole configuration and nothing else.
import { evaluate } from "./script-fixture";

const CHECK = "deploy-check.mjs";

test("a resource that the state lacks, or that only the state knows, is named", () => {
  const json = { resource: { aws_sqs_queue: { a: {}, b: {} } } };
  const managed = (type: string, name: string) => ({ mode: "managed", type, name });
  const differences = (...resources: object[]) => evaluate(CHECK, "it.differences(...given)", [json, { resources }]);
  const data = { mode: "data", type: "aws_caller_identity", name: "caller" };
  expect(differences(managed("aws_sqs_queue", "a"), managed("aws_sqs_queue", "b"), data)).toEqual({
    missing: [],
    unknown: [],
  });
  expect(differences(managed("aws_sqs_queue", "a"), managed("aws_kms_key", "c"))).toEqual({
    missing: ["aws_sqs_queue.b"],
    unknown: ["aws_kms_key.c"],
  });
});

test("providers are locked from the mirror that Terraform's configuration names, else from the registry", () => {
  const mirrorArguments = (configuration: string) => evaluate(CHECK, "it.mirrorArguments(given)", configuration);
  expect(mirrorArguments('provider_installation {\n  filesystem_mirror {\n    path = "/mirror"\n  }\n}')).toEqual({
    TF_CLI_ARGS_providers_lock: "-fs-mirror=/mirror",
  });
  expect(mirrorArguments("disable_checkpoint = true")).toEqual({});
});
