// `npm run import-history`: an onboarding chain's old purchases into an environment's lake.
import { existsSync, statSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { prefixOf } from "../../bootstrap/place";
import { prefix, readContracts, scopeName } from "../../contracts/contract";
import { summaryOf } from "../../contracts/contract-summary";
import { ENVIRONMENTS } from "../../environments/all";
import { validators } from "../../generated/validators";
import { masterKeyOf } from "../../lambdas/collector/aws-ports";
import { timeStamper } from "../../lambdas/collector/local-time";
import { createTokenizer, tenantKey } from "../../lambdas/shared/tokens";
import { writeFact } from "../../lambdas/shared/vault";
import { repositoryRoot } from "../../local/lambda/repository-root";
import { readLines } from "../../local/player/read-lines";
import { partitionKeys } from "../../modules/shared/partition-keys";
import { readChains } from "../clients/client-table";
import { awsPlace, s3ClientOf } from "../environment-place";
import { runCommand, say } from "../run-command";
import { HISTORY_CONTRACTS, type HistoryContext } from "./history-event";
import { columnsByScope } from "./history-objects";
import { importHistory, nothingOf } from "./import-history";
import { readImportOptions } from "./import-options";
import { openRejects } from "./rejects-file";

const MAXIMUM_LINE_BYTES = 1024 * 1024;

const isTaken = (error: unknown): boolean =>
  error instanceof Error && ["PreconditionFailed", "ConditionalRequestConflict"].includes(error.name);

const run = async (): Promise<boolean> => {
  const options = readImportOptions(process.argv.slice(2), ENVIRONMENTS);
  const { file, environment } = options;
  if (!existsSync(file) || !statSync(file).isFile()) throw new Error(`${file} is not a file.`);
  const name = prefixOf(environment.name);
  const place = awsPlace(options);
  const tables = new DynamoDBClient(place);
  const buckets = s3ClientOf(options);
  const masterKey = await masterKeyOf(new SecretsManagerClient(place), `${name}/tokens`)(AbortSignal.timeout(10_000));
  const chains = await readChains(tables, `${name}-clients`);
  const tokenizers = new Map(
    chains
      .filter(({ status }) => status === "active")
      .map(({ tenantId }) => [tenantId, createTokenizer(tenantKey(masterKey, tenantId))]),
  );
  const { partitionGranularity } = environment.streams;
  const contracts = readContracts(`${repositoryRoot()}/contracts`).filter((contract) =>
    HISTORY_CONTRACTS.includes(scopeName(contract)),
  );
  const context: HistoryContext = {
    contracts: new Map(
      contracts.map((contract) => {
        const validate = validators.get(scopeName(contract));
        if (!validate) throw new Error(`There is no validator of ${scopeName(contract)}: build again.`);
        const keys = partitionKeys(contract, partitionGranularity).map((key) => key.name);
        return [contract.name, { contract: summaryOf(contract), validate, prefix: prefix(contract), keys }];
      }),
    ),
    tokenizerOf: (tenantId) => tokenizers.get(tenantId),
    timeStamps: timeStamper(environment.timeZone, partitionGranularity),
    now: Date.now(),
  };

  const rejects = openRejects(file);
  const imported = await importHistory(readLines(file, MAXIMUM_LINE_BYTES), {
    context,
    columns: columnsByScope(contracts),
    writeFact: (fact) => writeFact(tables, `${name}-vault`, fact),
    async putObject({ key, body }) {
      const put = new PutObjectCommand({ Bucket: `${name}-in`, Key: key, Body: body, IfNoneMatch: "*" });
      try {
        await buckets.send(put);
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    },
    reject: rejects.add,
    progress: say,
  });
  rejects.close();
  const { lines, accepted, rejected, written, alreadyThere, objects } = imported;
  const refused = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  say(`${lines} lines = ${accepted} accepted + ${refused} rejected`);
  for (const [code, count] of Object.entries(rejected).sort()) say(`  ${code}: ${count}`);
  if (refused > 0) say(`  line, code and place of each: ${rejects.path}`);
  say(`${accepted} accepted = ${written} rows written + ${alreadyThere} already there, in ${objects} objects`);
  const nothing = nothingOf(imported);
  if (nothing !== undefined) throw new Error(`Nothing of ${file} was imported: ${nothing}.`);
  return lines === accepted + refused && accepted === written + alreadyThere;
};

runCommand(run);
