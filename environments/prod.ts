// The chains' own environment: real shoppers, who get at most one message a day, and data that nobody may destroy.
import type { Environment } from "./environment";
import { NATIONAL_HOLIDAYS } from "./holidays";
import { INTERCHANGEABLE } from "./instance-types";
import { OFFER_POLICY } from "./offer-policies";
import { SMS_TEMPLATES } from "./sms-templates";

export const prod: Environment = {
  name: "prod",
  account: "777788889999",
  deployedBy: "ci",
  region: "sa-east-1",
  timeZone: "America/Sao_Paulo",
  state: { kind: "s3", bucket: "mercafacil-terraform-state-prod", region: "sa-east-1" },
  disposable: false,
  destroyData: { lake: false, ingestion: false, dispatch: false },
  logRetentionDays: 365,
  alarms: { emails: ["plataforma@mercafacil.com", "plantao@mercafacil.com"] },
  monthlyBudgetUsd: 4_000,
  streams: { bufferSeconds: 300, partitionGranularity: "hour", catchUpHours: 24, openPartitionQuota: 500 },
  network: { kind: "own", cidr: "10.42.0.0/22", egress: "endpoints" },
  night: {
    windowDays: 56,
    lateLookbackDays: 14,
    latePolicy: "clip",
    offers: { "*": OFFER_POLICY },
    cluster: { instanceTypes: INTERCHANGEABLE, coreInstances: { least: 2, most: 40 } },
    airflow: { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 },
  },
  sending: {
    recipients: "all",
    twilioBaseUrl: "https://api.twilio.com",
    senders: {
      "boa-praca": "MG0b0a0c0d0e0f000000000000000000a1",
      "mercado-da-vila": "MG0b0a0c0d0e0f000000000000000000a2",
    },
    messagesPerSecond: { "*": 30 },
    smsTemplates: SMS_TEMPLATES,
    channels: { "*": ["sms"] },
    whatsapp: {},
    pricePerSegmentBrl: 0.3,
    whatsappPriceBrl: 0.4,
    weeklyCap: 7,
    holdOutShare: 0.05,
    inDoubt: "hold",
    dailyBudgetBrl: 5_000,
    maximumConcurrency: 10,
    holidays: NATIONAL_HOLIDAYS,
  },
};
