// What other teams take passes the real Terraform: the documentation's examples as an importing project synthesizes them,
// and the exported modules as a small root module calls them.
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compileConsumer, makeConsumer, runIn, synthesizeConsumer } from "./consumer.mjs";
import { root } from "./files.mjs";
import { makePackage } from "./package.mjs";
import { openStack } from "./terraform-stack.mjs";

const FROZEN_ENVIRONMENT = "staging";

/** Runs Terraform's commands on a configuration one after the other, until one fails. */
async function checkStack(report, name, source, commands) {
  const stack = openStack(source);
  try {
    for (const command of commands) {
      const { code, said } = await stack.run(command);
      if (!report(`${name}: ${command}`, code === 0 ? undefined : said)) return;
    }
  } finally {
    stack.close();
  }
}

/**
 * Checks both, in folders of their own below `folder`.
 * @param {(name: string, problem?: string) => boolean} report
 * @param {readonly string[]} commands what Terraform does with the exported modules
 */
export async function checkReuse(report, folder, commands) {
  const consumer = path.join(folder, "consumer");
  makeConsumer(consumer, await makePackage(folder, console.error));
  compileConsumer(consumer, "node16");
  const stacks = synthesizeConsumer(consumer);
  for (const name of readdirSync(stacks))
    await checkStack(report, `example ${name}`, path.join(stacks, name), ["init", "validate"]);

  const caller = path.join(folder, "without-cdktf");
  cpSync(path.join(root, "docs", "examples", "without-cdktf"), caller, { recursive: true });
  const command = path.join(root, "dist", "commands", "export", "export.js");
  runIn(root, process.execPath, command, "--env", FROZEN_ENVIRONMENT, "--out", path.join(caller, "modules"));
  // Where a synthesized stack would be.
  writeFileSync(path.join(caller, "cdk.tf.json"), "{}");
  await checkStack(report, "exported modules", caller, commands);
}
