// What every module is told of the environment that it is built for.
import type { Platform } from "@mercafacil/recommendation-platform/platform";

export const platform: Platform = {
  environment: "pilot",
  prefix: "mercafacil-pilot",
  region: "sa-east-1",
  timeZone: "America/Sao_Paulo",
  alarmTopicArn: "arn:aws:sns:sa-east-1:111122223333:team-alarms",
  logRetentionDays: 30,
  disposable: false,
};
