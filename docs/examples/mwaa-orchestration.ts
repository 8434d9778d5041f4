import { MwaaOrchestration, type MwaaOrchestrationProps } from "@mercafacil/recommendation-platform/mwaa-orchestration";
import type { TerraformStack } from "cdktf";
import { platform } from "./platform";

export function addNights(stack: TerraformStack, lake: MwaaOrchestrationProps["lake"]): MwaaOrchestration {
  const network = { kind: "own", cidr: "10.40.0.0/22", egress: "endpoints" } as const;
  const cluster = { instanceTypes: [["m6g.xlarge"], ["m6i.xlarge"]], coreInstances: { least: 1, most: 8 } };
  const airflow = { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 };
  const policy = { k: 5, minimum: 3, fixed: [], excluded: [], maxPerDepartment: 3, staleAfterDays: 365 };
  const model = { windowDays: 56, lateLookbackDays: 14, latePolicy: "clip", offers: { "*": policy } } as const;
  const night = { ...model, cluster, airflow };
  return new MwaaOrchestration(stack, "nights", { platform, network, lake, night, streams: { bufferSeconds: 300 } });
}
