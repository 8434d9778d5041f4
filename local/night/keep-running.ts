// `--keep`: the platform stays at work on the machine's own clock, so that a developer can POST and look around.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { OPERATOR_KEY } from "../access/access";
import type { Progress } from "./progress";
import type { PlayedNight } from "./run-night";
import { createPollers } from "./sending-day";

const INTERVAL_MILLISECONDS = 1_000;

const example = (url: string, writeKey: string): string =>
  [
    `curl -s -X POST '${url}/v1/events/operator' -H 'Authorization: Bearer ${writeKey}' -H 'Content-Type: application/json'`,
    `-d '{"event_id":"${randomUUID()}","event_type":"novo_operador","occurred_at":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","store_id":"1","operator":"op-1"}'`,
  ].join(" \\\n    ");

/** Prints where everything is, then keeps it going until the process is ended. */
export const keepRunning = async (night: PlayedNight, progress: Progress): Promise<never> => {
  const { standIns, clock, writeKeys } = night;
  clock.follow();
  const [[chain, writeKey] = ["", ""]] = writeKeys;
  progress.say(
    [
      "",
      "Everything keeps running until Ctrl-C, on the machine's own clock:",
      `  ingestion API     ${standIns.ingestionUrl}/v1/events/{contract}`,
      `  AWS stand-in      ${standIns.awsUrl}   (AWS_ENDPOINT_URL; AWS_ACCESS_KEY_ID=${OPERATOR_KEY}, any secret, region ${standIns.region})`,
      `  Firehose stand-in ${standIns.firehoseUrl}`,
      `  Twilio stand-in   ${standIns.twilioUrl}`,
      ...(writeKey
        ? [`  write key of ${chain}: ${writeKey}`, "", `  ${example(standIns.ingestionUrl, writeKey)}`]
        : []),
    ].join("\n"),
  );
  const pollers = createPollers(standIns, clock.now);
  for (;;) {
    await standIns.firehose.advance(clock.now());
    await standIns.twilio.release();
    for (const poller of pollers) {
      await poller.release();
      await poller.poll();
    }
    await sleep(INTERVAL_MILLISECONDS);
  }
};
