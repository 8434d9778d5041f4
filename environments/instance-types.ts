// Machines of 4 vCPUs and 16 GiB that EMR offers in São Paulo: Graviton's first, since they cost less, then the others.
import type { NightSettings } from "../modules/mwaa-orchestration/night-configuration";

/** A night's cluster is tried with the first list, then with the second. */
export const INTERCHANGEABLE: NightSettings["cluster"]["instanceTypes"] = [
  ["m6g.xlarge", "m7g.xlarge", "m6gd.xlarge"],
  ["m6i.xlarge", "m5.xlarge", "m6a.xlarge"],
];
