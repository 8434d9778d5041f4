import { Dispatch, type DispatchProps } from "@mercafacil/recommendation-platform/dispatch";
import { NATIONAL_HOLIDAYS as holidays } from "@mercafacil/recommendation-platform/holidays";
import { SMS_TEMPLATES as smsTemplates } from "@mercafacil/recommendation-platform/sms-templates";
import type { TerraformStack } from "cdktf";
import { platform } from "./platform";

type Neighbours = Pick<DispatchProps, "lake" | "shoppers">;

export function addDispatch(stack: TerraformStack, { lake, shoppers }: Neighbours): Dispatch {
  const by = { senders: { "*": "+5511900000000" }, channels: { "*": ["sms"] }, whatsapp: {} } as const;
  const from = { ...by, messagesPerSecond: { "*": 1 }, weeklyCap: 7, inDoubt: "hold" as const };
  const who = { recipients: "allowlist", ...from, smsTemplates, holidays } as const;
  const cost = { pricePerSegmentBrl: 0.3, whatsappPriceBrl: 0.4, dailyBudgetBrl: 50, holdOutShare: 0.05 };
  const sending = { ...who, ...cost, twilioBaseUrl: "https://api.twilio.com", maximumConcurrency: 2 };
  return new Dispatch(stack, "dispatch", { platform, lake, shoppers, sending, destroyData: false });
}
