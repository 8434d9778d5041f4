import { shippedContracts } from "@mercafacil/recommendation-platform/contracts";
import { Lake } from "@mercafacil/recommendation-platform/lake";
import type { TerraformStack } from "cdktf";
import { platform } from "./platform";

export function addLake(stack: TerraformStack): Lake {
  const contracts = shippedContracts(stack);
  return new Lake(stack, "lake", { platform, contracts, partitionGranularity: "hour", destroyData: false });
}
