import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { strFromU8, unzipSync } from "fflate";
import { type Clone, cloneFixture } from "./clone-fixture";
import { NodeFunction } from "./function";
import { tableGrant } from "./grants";
import { SOURCE_ROOT } from "./source-root";
import { synthesize, TEST_KEY } from "./synth-fixture";

const table = { name: "clients", arn: "arn:aws:dynamodb:sa-east-1:111122223333:table/clients", key: TEST_KEY };
const props = {
  prefix: "mercafacil-test",
  handler: "authorizer",
  timeoutSeconds: 5,
  memoryMebibytes: 256,
  key: TEST_KEY,
  logRetentionDays: 7,
  settings: { TIME_ZONE: "America/Sao_Paulo" },
  grants: [tableGrant("CLIENTS_TABLE", table, ["GetItem"])],
};

let clone: Clone;
beforeEach(() => {
  clone = cloneFixture();
});
afterEach(() => clone.remove());

test("a function knows the addresses it was granted, and may use them and write its own log, nothing else", () => {
  const stack = synthesize(clone.root, (scope) => new NodeFunction(scope, props));
  const lambda = stack.one("aws_lambda_function");
  expect(lambda.environment.variables).toEqual({ TIME_ZONE: "America/Sao_Paulo", CLIENTS_TABLE: "clients" });
  const granted = stack
    .permissions("mercafacil-test-authorizer")
    .map(({ actions, resources }) => ({ actions, resources }));
  expect(granted).toEqual([
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [expect.stringContaining("aws_cloudwatch_log_group")],
    },
    { actions: ["dynamodb:GetItem"], resources: [table.arn] },
    { actions: ["kms:Decrypt"], resources: [TEST_KEY.arn] },
  ]);
});

test("the zip holds the very bundle, and its hash is that of the zip", () => {
  const app = new App({ outdir: `${clone.root}/out`, context: { [SOURCE_ROOT]: clone.root } });
  const stack = new TerraformStack(app, "test");
  new AwsProvider(stack, "aws", { region: "sa-east-1" });
  new NodeFunction(stack, props);
  app.synth();
  const folder = `${clone.root}/out/stacks/test`;
  const [lambda] = Object.values(
    JSON.parse(readFileSync(`${folder}/cdk.tf.json`, "utf8")).resource.aws_lambda_function,
  );
  const { filename, source_code_hash } = lambda as { filename: string; source_code_hash: string };
  const zip = readFileSync(`${folder}/${filename}`);
  expect(createHash("sha256").update(zip).digest("base64")).toBe(source_code_hash);
  expect(strFromU8(unzipSync(zip)["index.js"]!)).toBe('exports.handler = "authorizer";\n');
});

test("a bundle that was not built is named, with the command that builds it", () => {
  rmSync(`${clone.root}/dist/bundles/authorizer`, { recursive: true });
  expect(() => synthesize(clone.root, (scope) => new NodeFunction(scope, props))).toThrow(
    'dist/bundles/authorizer/authorizer.zip): run "npm run build"',
  );
});
