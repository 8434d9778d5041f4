// Whether the AWS provider that Terraform finds here asks AWS. With one that only knows the schema everything is tried, from
// plan to destroy; with one that asks AWS nothing beyond `validate` is, and nobody's account is touched.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openStack } from "./terraform-stack.mjs";

/** What no answer of AWS says. */
const NOBODY = "arn:aws:sts::000000000000:assumed-role/nobody/nothing";

/**
 * @param {string} like a synthesized stack, whose provider is looked at
 * @param {string} folder an empty folder
 */
export async function asksAws(like, folder) {
  const { terraform, provider } = JSON.parse(readFileSync(path.join(like, "cdk.tf.json"), "utf8"));
  const configuration = {
    terraform: { required_providers: terraform.required_providers },
    provider: { aws: [{ region: provider.aws[0].region }] },
    data: { aws_caller_identity: { who: {} } },
    output: { who: { value: `$${"{data.aws_caller_identity.who.arn}"}` } },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "cdk.tf.json"), JSON.stringify(configuration));
  const stack = openStack(folder);
  try {
    stack.answer({ "data.aws_caller_identity": { arn: NOBODY } });
    // Where there is no provider at all, the checks say so.
    if ((await stack.run("init")).code !== 0) return false;
    return !(await stack.run("plan")).said.includes(NOBODY);
  } finally {
    stack.close();
  }
}
