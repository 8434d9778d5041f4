// Which environment a command works in, and how its AWS is reached: with the caller's own session, or for `local` at the
// loopback address of a run that is kept.
import type { Environment } from "../environments/environment";
import { OPERATOR_KEY } from "../local/access/access";

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

/** A date of the command line. Throws an error of one sentence, ending in the usage. */
export function dateNamed(option: string, text: string | undefined, usage: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  const isDate = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
  if (text === undefined || !isDate)
    throw new Error(`--${option}: received ${text ?? "none"}, expected yyyy-MM-dd: ${usage}`);
  return text;
}

/** Settings of an AWS client there. */
export const awsPlace = ({ region }: Pick<Environment, "region">, endpoint?: string) => ({
  region,
  ...(endpoint === undefined
    ? {}
    : { endpoint, credentials: { accessKeyId: OPERATOR_KEY, secretAccessKey: OPERATOR_KEY } }),
});
