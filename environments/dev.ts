// The team's shared environment in AWS: real services, invented data, and nobody is messaged.
import type { Environment } from "./environment";
import { NATIONAL_HOLIDAYS } from "./holidays";
import { INTERCHANGEABLE } from "./instance-types";
import { OFFER_POLICY } from "./offer-policies";
import { SMS_TEMPLATES } from "./sms-templates";

export const dev: Environment = {
  name: "dev",
  account: "111122223333",
  deployedBy: "anyone",
  region: "sa-east-1",
  timeZone: "America/Sao_Paulo",
  state: { kind: "s3", bucket: "mercafacil-terraform-state-dev", region: "sa-east-1" },
  disposable: true,
  destroyData: { lake: true, ingestion: true, dispatch: true },
  logRetentionDays: 14,
  alarms: { emails: ["plataforma@mercafacil.com"] },
  monthlyBudgetUsd: 800,
  streams: { bufferSeconds: 300, partitionGranularity: "hour", catchUpHours: 24, openPartitionQuota: 500 },
  network: { kind: "own", cidr: "10.40.0.0/22", egress: "nat" },
  night: {
    windowDays: 56,
    lateLookbackDays: 14,
    latePolicy: "clip",
    offers: { "*": OFFER_POLICY },
    cluster: { instanceTypes: INTERCHANGEABLE, coreInstances: { least: 1, most: 4 } },
    airflow: { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 },
  },
  sending: {
    recipients: "none",
    twilioBaseUrl: "https://api.twilio.com",
    senders: {},
    messagesPerSecond: { "*": 1 },
    smsTemplates: SMS_TEMPLATES,
    channels: { "*": ["sms"] },
    whatsapp: {},
    pricePerSegmentBrl: 0.3,
    whatsappPriceBrl: 0.4,
    weeklyCap: 7,
    holdOutShare: 0.05,
    inDoubt: "hold",
    dailyBudgetBrl: 0,
    maximumConcurrency: 2,
    holidays: NATIONAL_HOLIDAYS,
  },
};
