// Which environment a command works in, and how its AWS is reached: with the caller's own session, or for `local` at the
// loopback address of a run that is kept.
import { S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../environments/environment";
import { TENANT_ID } from "../lambdas/shared/clients";
import { OPERATOR_KEY } from "../local/access/access";

/** Where a command works. */
export interface CommandPlace {
  readonly environment: Environment;
  /** The AWS stand-in of a run that is kept, for `local`. */
  readonly endpoint?: string;
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/;

/** Throws unless a stand-in's address is given for `local`, a loopback one, and for no other environment. */
export function checkStandIn(environment: string, option: string, what: string, address: string | undefined): void {
  if ((environment === "local") !== (address !== undefined) || (address !== undefined && !LOOPBACK.test(address)))
    throw new Error(
      `--${option} is the ${what}'s loopback address that \`npm start -- --keep\` prints, for local only.`,
    );
}

/** The environment of that name. Throws an error of one sentence, ending in the usage. */
export function environmentNamed(
  name: string | undefined,
  environments: readonly Environment[],
  usage: string,
): Environment {
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  const known = environments.map((environment) => environment.name).join(", ");
  throw new Error(`--env: received ${name ?? "none"}, known are ${known}: ${usage}`);
}

/** Where the options `--env` and `--endpoint` say. Throws an error of one sentence. */
export function placeNamed(
  { env, endpoint }: { readonly env?: string | undefined; readonly endpoint?: string | undefined },
  environments: readonly Environment[],
  usage: string,
): CommandPlace {
  const environment = environmentNamed(env, environments, usage);
  checkStandIn(environment.name, "endpoint", "AWS stand-in", endpoint);
  return { environment, ...(endpoint === undefined ? {} : { endpoint }) };
}

/** A chain of the command line. Throws an error of one sentence, ending in the usage. */
export function chainNamed(text: string | undefined, usage: string): string {
  if (text !== undefined && TENANT_ID.test(text)) return text;
  throw new Error(
    `--chain: received ${text ?? "none"}, expected 1–32 lower-case letters, digits and hyphens: ${usage}`,
  );
}

/** A date of the command line. Throws an error of one sentence, ending in the usage. */
export function dateNamed(option: string, text: string | undefined, usage: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  const isDate = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
  if (text === undefined || !isDate)
    throw new Error(`--${option}: received ${text ?? "none"}, expected yyyy-MM-dd: ${usage}`);
  return text;
}

/** Settings of an AWS client there. */
export const awsPlace = ({ environment, endpoint }: CommandPlace) => ({
  region: environment.region,
  ...(endpoint === undefined
    ? {}
    : { endpoint, credentials: { accessKeyId: OPERATOR_KEY, secretAccessKey: OPERATOR_KEY } }),
});

/** A client of S3 there; a stand-in has no bucket in its host's name. */
export const s3ClientOf = (place: CommandPlace): S3Client =>
  new S3Client({ ...awsPlace(place), forcePathStyle: place.endpoint !== undefined });
