import { MwaaOrchestration, type MwaaOrchestrationProps } from "@mercafacil/recommendation-platform/mwaa-orchestration";
import type { TerraformStack } from "cdktf";
import { platform } from "./platform";

export function addNights(stack: TerraformStack, lake: MwaaOrchestrationProps["lake"]): MwaaOrchestration {
  const network = { kind: "own", cidr: "10.40.0.0/22", egress: "endpoints" } as const;
  const cluster = { masterInstanceType: "m6g.xlarge", coreInstanceType: "m6g.xlarge", coreInstanceCount: 2 };
  const airflow = { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 };
  const model = { windowDays: 56, lateLookbackDays: 14, latePolicy: "clip", offers: { k: 5, minimum: 3 } } as const;
  const night = { ...model, cluster, airflow };
  return new MwaaOrchestration(stack, "nights", { platform, network, lake, night, streams: { bufferSeconds: 300 } });
}
