// The event contracts that came with this code, for whoever builds a stack: the collector's validators were made from them.
import type { Construct } from "constructs";
import { sourcePath } from "../modules/shared/source-root";
import { type Contract, ContractError, readContracts } from "./contract";

/** The contracts that can be used; what is wrong with others is refused with all else, once for all stacks of the App. */
export function shippedContracts(scope: Construct): readonly Contract[] {
  try {
    return readContracts(sourcePath(scope, "contracts"));
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    scope.node.root.node.addValidation({ validate: () => error.problems.map((problem) => `contracts: ${problem}`) });
    return error.usable;
  }
}
