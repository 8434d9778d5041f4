// The environment that runs on one machine: everything of it may be thrown away, and its messages reach a stand-in.
import type { Environment } from "./environment";
import { NATIONAL_HOLIDAYS } from "./holidays";
import { INTERCHANGEABLE } from "./instance-types";
import { OFFER_POLICY } from "./offer-policies";
import { SMS_TEMPLATES } from "./sms-templates";
import { OFFERS_ON_WHATSAPP } from "./whatsapp-templates";

export const local: Environment = {
  name: "local",
  account: "123456789012",
  deployedBy: "anyone",
  region: "sa-east-1",
  timeZone: "America/Sao_Paulo",
  state: { kind: "file" },
  disposable: true,
  destroyData: { lake: true, ingestion: true, dispatch: true },
  logRetentionDays: 7,
  alarms: { emails: [] },
  monthlyBudgetUsd: 1,
  streams: { bufferSeconds: 900, partitionGranularity: "hour", catchUpHours: 24, openPartitionQuota: 500 },
  network: {
    kind: "existing",
    vpcId: "vpc-00000000000000001",
    privateSubnetIds: ["subnet-0000000000000000a", "subnet-0000000000000000b"],
    securityGroupIds: ["sg-00000000000000001"],
  },
  night: {
    windowDays: 56,
    lateLookbackDays: 14,
    latePolicy: "clip",
    offers: { "*": OFFER_POLICY },
    cluster: { instanceTypes: INTERCHANGEABLE, coreInstances: { least: 1, most: 1 } },
    airflow: { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 1 },
  },
  sending: {
    recipients: "all",
    twilioBaseUrl: "http://127.0.0.1:0",
    senders: { "*": "+5511900000000" },
    messagesPerSecond: { "*": 500 },
    smsTemplates: SMS_TEMPLATES,
    channels: { "*": ["sms"], "mercado-aurora": ["whatsapp", "sms"] },
    whatsapp: { "mercado-aurora": { sender: "whatsapp:+5511900000001", ...OFFERS_ON_WHATSAPP } },
    pricePerSegmentBrl: 0.3,
    whatsappPriceBrl: 0.4,
    weeklyCap: 6,
    holdOutShare: 0,
    inDoubt: "hold",
    dailyBudgetBrl: 100_000,
    maximumConcurrency: 2,
    holidays: NATIONAL_HOLIDAYS,
  },
};
