// Readers believe only the manifest: what it does not name does not exist, and a manifest that is not what it should
// be stops the day with one sentence instead of sending half of it.

/** One published OUT file. */
export type OutFile = {
  readonly key: string;
  readonly tenantId: string;
  readonly part: number;
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
};

/** The part of `_manifest.json` that dispatch needs. */
export type Manifest = { readonly offerDate: string; readonly files: readonly OutFile[] };

/** The manifest cannot be believed; the message names what is wrong with it. */
export class ManifestRefused extends Error {
  override readonly name = "ManifestRefused";
}

/** Where a day's manifest lies in the OUT bucket. */
export const manifestKey = (offerDate: string): string => `data_output/${offerDate}/_manifest.json`;

/** The mark that the planner has put lines of a day on the queue: from then on nothing is published anew. */
export const plannedKey = (offerDate: string): string => `data_output/${offerDate}/_planned.json`;

const FILE_NAME = /^recommendations_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.txt$/;
const TENANT = /^[a-z0-9-]{1,32}$/;
const SHA256 = /^[0-9a-f]{64}$/;

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function readFile(file: unknown, prefix: string, index: number): OutFile {
  const refuse = (field: string, expected: string): never => {
    throw new ManifestRefused(`files[${index}].${field} of the manifest is not ${expected}.`);
  };
  if (!isObject(file)) throw new ManifestRefused(`files[${index}] of the manifest is not an object.`);
  const { key, tenant_id: tenantId, part, lines, bytes, sha256 } = file;
  if (typeof key !== "string" || !key.startsWith(prefix) || !FILE_NAME.test(key.slice(prefix.length))) {
    return refuse("key", `${prefix}recommendations_<uuid>.txt`);
  }
  if (typeof tenantId !== "string" || !TENANT.test(tenantId)) return refuse("tenant_id", "a chain's id");
  if (!isCount(part)) return refuse("part", "a number from 0");
  if (!isCount(lines)) return refuse("lines", "a number from 0");
  if (!isCount(bytes)) return refuse("bytes", "a number from 0");
  if (typeof sha256 !== "string" || !SHA256.test(sha256)) return refuse("sha256", "64 hex digits");
  return { key, tenantId, part, lines, bytes, sha256 };
}

/** The manifest in `text`, which must be that of `offerDate`; throws ManifestRefused otherwise. */
export function readManifest(text: string, offerDate: string): Manifest {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ManifestRefused("The manifest is not JSON.");
  }
  if (!isObject(document)) throw new ManifestRefused("The manifest is not an object.");
  if (document.version !== 1) throw new ManifestRefused("The manifest's version is not 1.");
  if (document.offer_date !== offerDate) {
    throw new ManifestRefused(`The manifest's offer_date is not ${offerDate}, the day whose folder it lies in.`);
  }
  if (!Array.isArray(document.files)) throw new ManifestRefused("The manifest's files are not an array.");
  const prefix = `data_output/${offerDate}/`;
  const files = document.files.map((file, index) => readFile(file, prefix, index));
  if (new Set(files.map((file) => file.key)).size !== files.length) {
    throw new ManifestRefused("The manifest names one file twice.");
  }
  return { offerDate, files };
}
