// What prod will be, before it is: real services, kept data, and messages to the platform team's own phones only.
import type { Environment } from "./environment";
import { NATIONAL_HOLIDAYS } from "./holidays";
import { INTERCHANGEABLE } from "./instance-types";
import { OFFER_POLICY } from "./offer-policies";
import { SMS_TEMPLATES } from "./sms-templates";

export const staging: Environment = {
  name: "staging",
  account: "444455556666",
  deployedBy: "ci",
  region: "sa-east-1",
  timeZone: "America/Sao_Paulo",
  state: { kind: "s3", bucket: "mercafacil-terraform-state-staging", region: "sa-east-1" },
  disposable: false,
  destroyData: { lake: false, ingestion: false, dispatch: false },
  logRetentionDays: 30,
  alarms: { emails: ["plataforma@mercafacil.com"] },
  monthlyBudgetUsd: 1_200,
  streams: { bufferSeconds: 300, partitionGranularity: "hour", catchUpHours: 24, openPartitionQuota: 500 },
  network: { kind: "own", cidr: "10.41.0.0/22", egress: "endpoints" },
  night: {
    windowDays: 56,
    lateLookbackDays: 14,
    latePolicy: "clip",
    offers: { "*": OFFER_POLICY },
    cluster: { instanceTypes: INTERCHANGEABLE, coreInstances: { least: 1, most: 8 } },
    airflow: { environmentClass: "mw1.small", minWorkers: 1, maxWorkers: 2 },
  },
  sending: {
    recipients: "allowlist",
    twilioBaseUrl: "https://api.twilio.com",
    senders: { "*": "+5511940000001" },
    messagesPerSecond: { "*": 5 },
    smsTemplates: SMS_TEMPLATES,
    channels: { "*": ["sms"] },
    whatsapp: {},
    pricePerSegmentBrl: 0.3,
    whatsappPriceBrl: 0.4,
    weeklyCap: 7,
    holdOutShare: 0.05,
    inDoubt: "hold",
    dailyBudgetBrl: 20,
    maximumConcurrency: 2,
    holidays: NATIONAL_HOLIDAYS,
  },
};
