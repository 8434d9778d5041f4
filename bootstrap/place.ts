// Names that the bootstrap makes and the platform relies on, in one place for both.

/** Where an environment lies, and what all of its names begin with. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** Such as `mercafacil-dev`. */
  readonly prefix: string;
}

/** What the names of everything in an environment begin with. */
export const prefixOf = (environment: string) => `mercafacil-${environment}`;

/** The repository whose workflows may plan and deploy. */
export const REPOSITORY = "mercafacil/recommendation-platform";

/** What the names of all state buckets begin with. */
export const STATE_PREFIX = "mercafacil-terraform";

/** Apart from the platform's own roles and policies: no role that CI takes may change what is below this path. */
export const CI_PATH = "/ci/";

/** The role that CI takes to plan an environment. */
export const planRole = (prefix: string) => `${prefix}-plan`;

/** The role that CI takes to deploy an environment. */
export const deployRole = (prefix: string) => `${prefix}-deploy`;

/** How long a deploy may take: the provider alone waits up to two hours for Airflow. */
export const DEPLOY_SESSION_SECONDS = 3 * 3_600;

/** The most that any role of an environment may do, whatever a deploy writes into it. */
export const boundaryName = (prefix: string) => `${prefix}-boundary`;

/** ARN of the boundary. */
export const boundaryArn = ({ account, prefix }: Pick<Place, "account" | "prefix">) =>
  `arn:aws:iam::${account}:policy${CI_PATH}${boundaryName(prefix)}`;

/** S3 key of an environment's state. */
export const stateKey = (environment: string) => `platform/${environment}.tfstate`;
