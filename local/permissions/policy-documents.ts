// Prints, as JSON lines, every policy document of every environment and account as IAM would get it, references replaced
// by what they would be: for the linter, which is written in Python.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../lambda/repository-root";
import { computedOn } from "../loader/computed";
import { createResolver } from "../loader/resolver";
import { type Block, isObject, type Json, type JsonObject, readStack, type Stack } from "../loader/stack";

const ACCOUNT_ID = "123456789012";
const UUID = "00000000-0000-4000-8000-000000000000";

/** ARNs that only AWS makes up, by resource type. */
const MADE_UP: Readonly<Record<string, (region: string, block: Block) => string>> = {
  aws_kms_key: (region) => `arn:aws:kms:${region}:${ACCOUNT_ID}:key/${UUID}`,
  aws_secretsmanager_secret: (region, { body }) =>
    `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:${body.name}-AbCdEf`,
  aws_sns_topic: (region, { body }) => `arn:aws:sns:${region}:${ACCOUNT_ID}:${body.name}`,
  aws_iam_openid_connect_provider: () => `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/token.actions.githubusercontent.com`,
};

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : value ? [value] : []);

const principals = (value: Json | undefined): JsonObject | undefined => {
  const entries = list(value).filter(isObject);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(
    entries.map(({ type, identifiers }) => [type === "*" ? "AWS" : String(type), identifiers ?? []]),
  );
};

const conditions = (value: Json | undefined): JsonObject | undefined => {
  const found: Record<string, Record<string, Json>> = {};
  for (const { test, variable, values } of list(value).filter(isObject))
    found[String(test)] = { ...found[String(test)], [String(variable)]: values ?? [] };
  return Object.keys(found).length > 0 ? found : undefined;
};

const statementOf = (raw: JsonObject): JsonObject =>
  JSON.parse(
    JSON.stringify({
      Sid: raw.sid,
      Effect: raw.effect ?? "Allow",
      Action: raw.actions,
      NotAction: raw.not_actions,
      Resource: raw.resources,
      Principal: principals(raw.principals),
      Condition: conditions(raw.condition),
    }),
  ) as JsonObject;

const documentsOf = (stack: Stack): readonly { readonly address: string; readonly document: JsonObject }[] => {
  const made = (block: Block) => MADE_UP[block.type]?.(stack.region, block);
  const known = computedOn({
    accountId: ACCOUNT_ID,
    region: stack.region,
    awsUrl: "http://127.0.0.1:0",
    twilioUrl: "http://127.0.0.1:0",
    apiUrl: () => "http://127.0.0.1:0",
    createdArns: new Map(),
  });
  const resolver = createResolver(stack, (block, attribute, self) =>
    attribute === "arn" ? (made(block) ?? known(block, attribute, self)) : known(block, attribute, self),
  );
  return [...stack.blocks.values()]
    .filter(({ type, mode }) => mode === "data" && type === "aws_iam_policy_document")
    .map(({ address, body }) => ({
      address,
      document: {
        Version: "2012-10-17",
        Statement: list(resolver.value(body.statement ?? []))
          .filter(isObject)
          .map(statementOf),
      },
    }));
};

const root = repositoryRoot();
const folder = mkdtempSync(join(tmpdir(), "policies-"));
try {
  for (const program of ["dist/main.js", "dist/bootstrap/main.js"]) {
    const outdir = join(folder, program.replaceAll("/", "-"));
    execFileSync(process.execPath, [join(root, program)], {
      cwd: root,
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      stdio: ["ignore", "ignore", "inherit"],
    });
    for (const name of readdirSync(join(outdir, "stacks")))
      for (const found of documentsOf(readStack(join(outdir, "stacks", name))))
        process.stdout.write(`${JSON.stringify({ stack: name, ...found })}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
