// The guide for chains names every code with its status and every limit, and its examples are answered as it says.
import { readFileSync } from "node:fs";
import path from "node:path";
import { TIERS } from "../../modules/ingestion/usage-plans";
import { refusal } from "./answer";
import { createCollector, told } from "./collector-fixture";
import { AGE_MILLISECONDS, AHEAD_MILLISECONDS, BODY_BYTES, BODY_EVENTS, EVENT_BYTES } from "./limits";
import { EVENT_CODES, REQUEST_CODES, type RefusalCode } from "./rejection-codes";

const guide = readFileSync(path.join(__dirname, "..", "..", "docs", "integration.md"), "utf8");

/** Codes named in the first column of the tables below a heading. */
function codesBelow(heading: string, text = guide): string[] {
  const section = text.split(`### ${heading}\n`)[1]?.split(/^#/m)[0] ?? "";
  return [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code!).sort();
}

const examples = [
  ...guide.matchAll(/<!-- example (\w+) (\d{3}) -->\n```json\n([^`]+)\n```\n```json\n([^`]+)\n```/g),
].map(([, contract, status, body, answer]) => ({ contract: contract!, status: Number(status), body: body!, answer }));

test("the codes it names are the closed list, no more and no fewer", () => {
  expect(codesBelow("Codes of an event")).toEqual(Object.keys(EVENT_CODES).sort());
  // The firewall's own answer, beside the collector's.
  expect(codesBelow("Codes of a whole request")).toEqual([...Object.keys(REQUEST_CODES), "TOO_MANY_REQUESTS"].sort());
  expect(codesBelow("Codes of an event", guide.replace("| `CPF_DIGITS` |", "| CPF |"))).not.toContain("CPF_DIGITS");
});

test("each code of a request stands beside the status that it comes with", () => {
  const refused = Object.keys(REQUEST_CODES).filter((code): code is RefusalCode => code !== "UNAVAILABLE");
  for (const code of refused) expect(guide).toContain(`| \`${code}\` | ${refusal(code).statusCode} |`);
});

test("its limits are the ones that hold", () => {
  for (const limit of [BODY_BYTES, BODY_EVENTS, EVENT_BYTES]) expect(guide).toContain(limit.toLocaleString("en-US"));
  expect(guide).toContain(`at most ${AHEAD_MILLISECONDS / 60_000} minutes ahead`);
  expect(guide).toContain(`at most ${AGE_MILLISECONDS / 86_400_000} days old`);
  for (const [tier, { requestsPerSecond, burst, requestsPerDay }] of Object.entries(TIERS)) {
    const row = [tier, requestsPerSecond, burst, requestsPerDay.toLocaleString("en-US")];
    expect(guide).toContain(`| ${row.join(" | ")} |`);
  }
});

test("it has examples", () => expect(examples.length).toBeGreaterThanOrEqual(3));

test.each(examples)(
  "the example of $contract is answered $status, as it says",
  async ({ contract, status, ...sent }) => {
    const collected = await createCollector().post(sent.body, { contract });
    expect(collected.answer.statusCode).toBe(status);
    expect(told(collected)).toEqual(JSON.parse(sent.answer!));
  },
);
