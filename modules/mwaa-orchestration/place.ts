// A network of the module's own, or one that somebody else made: the rest of the module does not tell them apart.
import type { Construct } from "constructs";
import { existingNetwork } from "./existing-network";
import type { NetworkProps, Place } from "./network";
import { OwnNetwork } from "./own-network";

/** The place that an environment's network is. */
export function placeOf(scope: Construct, { network, ...props }: NetworkProps): Place {
  return network.kind === "existing"
    ? existingNetwork(scope, network, props.platform)
    : new OwnNetwork(scope, "network", { ...props, ...network });
}
