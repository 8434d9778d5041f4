// A deploy counts only if the state holds the whole configuration and nothing else.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const check = JSON.stringify(path.join(__dirname, "deploy-check.mjs"));

const evaluate = async (code: string): Promise<unknown> => {
  const imports = `import { differences, mirrorArguments } from ${check};
    const managed = (type, name) => ({ mode: "managed", type, name });
    const json = { resource: { aws_sqs_queue: { a: {}, b: {} } } };`;
  const print = `console.log(JSON.stringify(${code}));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", `${imports}${print}`]);
  return JSON.parse(stdout);
};

test("a resource that the state lacks, or that only the state knows, is named", async () => {
  const data = '{ mode: "data", type: "aws_caller_identity", name: "caller" }';
  const full = `{ resources: [managed("aws_sqs_queue", "a"), managed("aws_sqs_queue", "b"), ${data}] }`;
  expect(await evaluate(`differences(json, ${full})`)).toEqual({ missing: [], unknown: [] });
  const half = '{ resources: [managed("aws_sqs_queue", "a"), managed("aws_kms_key", "c")] }';
  expect(await evaluate(`differences(json, ${half})`)).toEqual({
    missing: ["aws_sqs_queue.b"],
    unknown: ["aws_kms_key.c"],
  });
});

test("providers are locked from the mirror that Terraform's configuration names, else from the registry", async () => {
  const mirrored = 'provider_installation {\\n  filesystem_mirror {\\n    path = "/mirror"\\n  }\\n}';
  expect(await evaluate(`mirrorArguments("${mirrored.replaceAll('"', '\\"')}")`)).toEqual({
    TF_CLI_ARGS_providers_lock: "-fs-mirror=/mirror",
  });
  expect(await evaluate('mirrorArguments("disable_checkpoint = true")')).toEqual({});
});
