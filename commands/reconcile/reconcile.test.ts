// The command as it ships, over the AWS protocols and HTTP.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ENVIRONMENTS } from "../../environments/all";
import { AZUL, type PublishedDay, phoneToken, publishDay } from "../../lambdas/reconciler/published-day-fixture";
import { claimKey } from "../../lambdas/shared/claim-keys";
import { shopperOf } from "../../lambdas/shared/out-file-fixture";
import { repositoryRoot } from "../../local/lambda/repository-root";
import { readReconcileOptions } from "./reconcile-options";

jest.setTimeout(120_000);

const MONDAY = "2026-11-23";
const AT = Date.parse(`${MONDAY}T15:00:00Z`);
const keyOf = (index: number) => ({ tenantId: AZUL, offerDate: MONDAY, shopperId: shopperOf(index) });

let day: PublishedDay;
beforeAll(async () => {
  day = await publishDay(MONDAY, AT, {
    ledgerTable: "mercafacil-local-ledger",
    outBucket: "mercafacil-local-out",
    secrets: "mercafacil-local/",
  });
});
afterAll(() => day.close());

async function run(date: string) {
  const program = join(repositoryRoot(), "dist/commands/reconcile/reconcile.js");
  const places = ["--endpoint", process.env.AWS_ENDPOINT_URL!, "--twilio", day.twilioUrl];
  const child = spawn(process.execPath, [program, "--env", "local", "--date", date, ...places], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (text) => {
      output[name] += text;
    });
  const [code] = await once(child, "close");
  return { code, ...output };
}

const claimed = (index: number) => ({
  claimed_at: new Date(AT).toISOString(),
  phone_token: phoneToken(index),
  price: 0.3,
});

test("a day that adds up is a table and 0; a line whose message went astray is named by claim and ends with 1", async () => {
  await day.put(0, "DELIVERED", { ...claimed(0), sid: await day.post(0) });
  await day.put(1, "HELD", claimed(1));
  await day.put(2, "SUPPRESSED", { reason: "no_consent" });
  expect(await run(MONDAY)).toEqual({
    code: 0,
    stderr: "",
    stdout: [
      "2026-11-23: 3 lines in 1 file, 3 rows, 1 message",
      "",
      "                        lines  messages  delivered",
      "DELIVERED                   1         1          1",
      "HELD                        1         0          0",
      "SUPPRESSED(no_consent)      1         0          0",
      "total                       3         1          1",
      "",
      "Balanced: each line has one row, each sent line one message, and the other way round.",
      "",
    ].join("\n"),
  });

  const sid = await day.post(1);
  const astray = await run(MONDAY);
  expect(astray.code).toBe(1);
  expect(astray.stdout).toContain(
    `NOT balanced:\n  1 messages are at Twilio whose line was not sent\n     ${claimKey(keyOf(1))}  HELD  ${sid}  delivered\n`,
  );
  expect(astray.stdout).not.toMatch(/98765/);
});

test("a day without offers is no balanced day", async () => {
  expect(await run("2026-11-24")).toEqual({
    code: 1,
    stdout: "",
    stderr: "Nothing was published for 2026-11-24 in local.\n",
  });
});

const read = (line: string) => readReconcileOptions(line.split(" "), ENVIRONMENTS);
const LOCAL = "--env local --date 2026-11-23 --endpoint http://127.0.0.1:1";

test("outside local Twilio is the environment's own", () => {
  expect(read("--env prod --date 2026-11-23").twilioUrl).toBe("https://api.twilio.com");
  expect(read(`${LOCAL} --twilio http://127.0.0.1:2`).twilioUrl).toBe("http://127.0.0.1:2");
});

test.each([
  ["--env mars --date 2026-11-23", "known are"],
  ["--env prod", "--date: received none"],
  ["--env prod --date 2026-02-30", "--date: received 2026-02-30"],
  ["--env prod --date 2026-11-23 --endpoint http://127.0.0.1:1", "--endpoint is"],
  ["--env prod --date 2026-11-23 --twilio http://127.0.0.1:1", "--twilio is"],
  [LOCAL, "--twilio is"],
  [`${LOCAL} --twilio http://10.0.0.1:1`, "--twilio is"],
])("%j is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
