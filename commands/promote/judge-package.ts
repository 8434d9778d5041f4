// Whether a package may become the champion: it is whole, and on the same shoppers it is not worse by more than a margin.
import { createHash } from "node:crypto";
import Ajv2020 from "ajv/dist/2020";

/** What an evaluation found; the figures of `npm run evaluate -- --json` and of a package's own `metrics`. */
export interface Figures {
  readonly history?: string;
  readonly targets_until?: string;
  readonly shoppers?: number;
  readonly recall_at_10?: number;
  readonly ndcg_at_10?: number;
}

/** The parts of model.json that are judged here. */
export interface PackageModel {
  readonly name: string;
  readonly version: string;
  readonly metrics: Figures;
  readonly files: Readonly<Record<string, string>>;
}

/** So much of recall@10 or NDCG@10 a new champion may lose: half of what 800 shoppers leave uncertain. */
export const MAXIMUM_LOSS = 0.004;

const COMPARED = ["recall_at_10", "ndcg_at_10"] as const;
const SAME = ["history", "targets_until", "shoppers"] as const;

/**
 * The model.json of a package folder, once its form and the SHA-256 of its files are as they must be.
 * @param read the bytes of a path below the package's folder, or undefined where there is nothing
 * Throws an error of one sentence.
 */
export function readPackage(
  name: string,
  schema: object,
  read: (path: string) => Uint8Array | undefined,
): PackageModel {
  const body = read("model.json");
  if (!body) throw new Error(`${name} has no model.json.`);
  const model: unknown = parsed(name, body);
  const validate = new Ajv2020({ allErrors: true }).compile<PackageModel>(schema);
  if (!validate(model)) {
    const faults = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
    throw new Error(`${name}/model.json is not as models/model.schema.json says: ${faults.join("; ")}.`);
  }
  if (`${model.name}/${model.version}` !== name)
    throw new Error(`${name}/model.json is that of ${model.name}/${model.version}.`);
  for (const [path, sha256] of Object.entries(model.files)) {
    const content = read(path);
    if (!content || createHash("sha256").update(content).digest("hex") !== sha256)
      throw new Error(`${name}/${path} is not the file that model.json states.`);
  }
  return model;
}

/** Why the candidate may not replace the champion, one sentence each; empty when it may. */
export function objections(candidate: Figures, champion: Figures, maximumLoss = MAXIMUM_LOSS): readonly string[] {
  const missing = [...SAME, ...COMPARED].filter((key) => candidate[key] === undefined || champion[key] === undefined);
  if (missing.length > 0)
    return [`There is no ${missing.join(", ")} of both: evaluate both on one file and give the figures.`];
  const other = SAME.filter((key) => candidate[key] !== champion[key]);
  if (other.length > 0)
    return [
      `They were not measured on the same shoppers: ${other
        .map((key) => `${key} is ${candidate[key]} and ${champion[key]}`)
        .join(", ")}; evaluate both on one file.`,
    ];
  return COMPARED.filter((key) => !((candidate[key] ?? 0) >= (champion[key] ?? 0) - maximumLoss)).map(
    (key) => `Its ${key} is ${candidate[key]}, the champion's ${champion[key]}: it may lose ${maximumLoss} at most.`,
  );
}

function parsed(name: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw new Error(`${name}/model.json is not JSON.`);
  }
}
