// A service, or a part of one, as far as CI and the platform's own roles may use it.
import type { Place } from "./place";

/** Actions by who needs them, without the service's name. */
export interface Actions {
  /** What a plan asks of AWS. */
  readonly read?: readonly string[];
  /** What a deploy does beyond that. */
  readonly write?: readonly string[];
  /** What the environment's own roles may do at most. */
  readonly run?: readonly string[];
}

/** A service, or the part of one that is limited in its own way. */
export interface Area extends Actions {
  readonly service: string;
  /** Terraform's types that it is about, by how they begin. */
  readonly types: readonly string[];
  /** ARNs that belong to the environment. */
  readonly resources: (place: Place) => readonly string[];
  /** Actions that AWS does not limit to a resource, or on ids that nobody knows beforehand. */
  readonly anywhere?: Actions;
}

export const TAGS = ["TagResource", "UntagResource"];

/** The resources of those kinds that bear the environment's prefix. */
export const named =
  (service: string, ...kinds: readonly string[]) =>
  ({ account, region, prefix }: Place) =>
    kinds.map((kind) => `arn:aws:${service}:${region}:${account}:${kind}${prefix}-*`);
