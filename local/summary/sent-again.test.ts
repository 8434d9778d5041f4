import { countSentAgain } from "./sent-again";

const form = (shopper: string, To: string, chain = "a") => ({
  To,
  From: "+551130000000",
  StatusCallback: `http://127.0.0.1:1/local/twilio/status/${encodeURIComponent(`${chain}|2026-11-23|${shopper.repeat(64)}`)}#rc=5`,
});
const one = form("1", "+5511900000001");
const onWhatsApp = {
  ...one,
  To: `whatsapp:${one.To}`,
  StatusCallback: one.StatusCallback.replace("#", "%7Cwhatsapp#"),
};

test.each([
  ["one message a shopper", [one, form("2", "+5511900000002")], 0],
  ["one shopper of two chains", [one, form("1", "+5511900000001", "b")], 0],
  ["two channels of one shopper", [one, onWhatsApp], 0],
  ["a shopper messaged again on WhatsApp", [onWhatsApp, onWhatsApp], 1],
  ["a shopper messaged again", [one, one, one], 2],
  ["a shopper messaged again by another phone", [one, form("1", "+5511900000002")], 1],
  ["a phone messaged again for another shopper", [one, form("2", "+5511900000001")], 1],
  ["a message that names no claim", [one, { ...one, StatusCallback: "" }], 1],
])("%s", (_, messages, expected) => {
  expect(countSentAgain(messages)).toBe(expected);
});
