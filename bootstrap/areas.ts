// What CI and the platform's own roles may do, service by service: what a plan reads, what a deploy changes, and what
// the roles that a deploy makes may do at most. Data is nobody's here: no row, event, offer or secret value is read.
import type { Area } from "./area";
import { COMPUTE_AREAS } from "./compute-areas";
import { DATA_AREAS } from "./data-areas";
import { NETWORK_AREAS } from "./network-areas";

/** The areas by the policy of a deploy that they go into: one alone would be too long for AWS. */
export const AREAS_BY_POLICY = { data: DATA_AREAS, compute: COMPUTE_AREAS, network: NETWORK_AREAS };

export type PolicyName = keyof typeof AREAS_BY_POLICY;

/** Their names. AWS hangs at most ten policies on a role, each of at most 6,144 characters. */
export const POLICIES = Object.keys(AREAS_BY_POLICY) as readonly PolicyName[];

/** Every area; a type of Terraform's that none is about is named by a test. */
export const AREAS: readonly Area[] = Object.values(AREAS_BY_POLICY).flat();
