// Where a command works: a known environment, and for `local` the run that is kept on this machine.

/** An environment of the platform. */
export interface Place {
  readonly environment: string;
  /** Loopback address of the AWS stand-in of a run that is kept, for `local`. */
  readonly endpoint?: string;
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/;

/** Checks `--env` and `--endpoint`. Throws an error of one sentence. */
export function commandPlace(
  environment: string,
  endpoint: string | undefined,
  environments: readonly string[],
): Place {
  if (!environments.includes(environment))
    throw new Error(`--env: received ${environment}, known are ${environments.join(", ")}.`);
  if ((environment === "local") !== (endpoint !== undefined) || (endpoint !== undefined && !LOOPBACK.test(endpoint)))
    throw new Error(
      "--endpoint is the AWS stand-in's loopback address that `npm start -- --keep` prints, for local only.",
    );
  return { environment, ...(endpoint === undefined ? {} : { endpoint }) };
}

/** What an AWS client of that place is made with; the AWS stand-in checks no signature. */
export const clientOptions = (region: string, endpoint: string | undefined) => ({
  region,
  ...(endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: "local", secretAccessKey: "local" } }),
});
