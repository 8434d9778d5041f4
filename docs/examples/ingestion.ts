import { shippedContracts } from "@mercafacil/recommendation-platform/contracts";
import { Ingestion, type IngestionProps } from "@mercafacil/recommendation-platform/ingestion";
import type { TerraformStack } from "cdktf";
import { platform } from "./platform";

export function addIngestion(stack: TerraformStack, lake: IngestionProps["lake"]): Ingestion {
  const contracts = shippedContracts(stack);
  const partitions = { partitionGranularity: "hour", openPartitionQuota: 500 } as const;
  const streams = { bufferSeconds: 300, catchUpHours: 24, ...partitions };
  return new Ingestion(stack, "ingestion", { platform, contracts, streams, lake, destroyData: false });
}
