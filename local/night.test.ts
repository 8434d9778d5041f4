// One whole small night with hostile lines and a known truth, and that night again with broken objects in its lake.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { rowOf, stepsOf, verdictOf } from "../lambdas/reconciler/page/day-page-fixture";
import {
  EVENT_WORDS,
  inWords,
  LEVEL_WORDS,
  partsOfState,
  REASON_WORDS,
  STATE_WORDS,
} from "../lambdas/shared/funnel-words";
import { tenantKey, token } from "../lambdas/shared/tokens";
import { type Ended, run } from "./command-line.fixture";
import { type DamagedNight, playDamagedNight } from "./damaged-night.fixture";
import {
  BUSINESS_DATE,
  DAY_OF_ONE_CHAIN,
  expectedEvents,
  FOLLOWED_EVENT,
  fixtureFile,
  HOURS_OF_ONE_CHAIN,
  OFFER_DATE,
} from "./night.fixture";
import { people, rejectedPerson } from "./night-people.fixture";
import { LOCAL_TOKEN_KEY } from "./published-secrets";
import { funnelOf } from "./summary/funnel";
import { complaintsOf, type Summary } from "./summary/numbers";

// The search for Java is an ES module, which Jest cannot load from here; the setup wrote down what it found.
jest.mock(
  "../scripts/find-tools.mjs",
  () => {
    const { javaHome } = jest.requireActual<{ javaHome: string }>("../.local/toolchain.json");
    return { javaCandidates: () => [`${javaHome}/bin/java`], findJavaHome: () => javaHome };
  },
  { virtual: true },
);

let folder: string;
const eventsFile = () => join(folder, "events.jsonl");
const out = () => join(folder, "night");
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "night-"));
  writeFileSync(eventsFile(), fixtureFile());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesBelow = (...path: readonly string[]): readonly string[] =>
  readdirSync(join(...path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const jsonLines = (file: string): readonly Record<string, unknown>[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const parquetRows = async (file: string): Promise<readonly Record<string, unknown>[]> => {
  const bytes = new Uint8Array(readFileSync(file));
  return parquetReadObjects({ file: bytes.buffer });
};

describe("a whole night", () => {
  let ended: Ended;
  let summary: Summary;

  beforeAll(async () => {
    ended = await run("--events", eventsFile(), "--out", out());
    if (ended.code !== 0) throw new Error(`the night failed:\n${ended.stdout}\n${ended.stderr}`);
    summary = JSON.parse(readFileSync(join(out(), "summary.json"), "utf8")) as Summary;
  }, 600_000);

  test("ends well, says where to look, and leaves nothing but the night", () => {
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("Balanced: every event and every line is accounted for.");
    expect(readdirSync(folder).sort()).toEqual(["events.jsonl", "night"]);
    expect(readdirSync(out()).sort()).toEqual(["ledger.jsonl", "logs", "s3", "summary.json", "twilio"]);
  });

  test("accounts for every line, hostile ones by their code", () => {
    expect(summary).toMatchObject({
      business_date: BUSINESS_DATE,
      offer_date: OFFER_DATE,
      balanced: true,
      imbalances: [],
    });
    expect(summary.events).toMatchObject(expectedEvents());
    expect(summary.clusters).toEqual({ created: 1, terminated: 1 });
  });

  test("messages whom it may, and gives the reason for everybody else", () => {
    expect(summary.dispatch).toEqual({
      lines: 9,
      by_state: { DELIVERED: 4, SUPPRESSED: 5 },
      by_reason: { "SUPPRESSED(no_consent)": 3, "SUPPRESSED(no_phone)": 1, "SUPPRESSED(same_phone)": 1 },
      messages: 4,
      sent_again: 0,
      parked: 0,
    });
    expect(summary.out.lines).toBe(9);
    expect(summary.reconciliation).toEqual({ reports: 1, lines: 9, messages: 4, findings: 0 });
  });

  test("leaves a page for people, whose figures are the summary's", () => {
    const file = join("s3/mercafacil-local-out/reports", `${OFFER_DATE}.html`);
    expect(ended.stdout).toContain(`The day on one page: ${relative(process.cwd(), join(out(), file))}\n`);
    const page = readFileSync(join(out(), file), "utf8");
    expect(verdictOf(page)).toMatch(/^Balanced: /);
    expect(stepsOf(page)).toEqual([]);
    const { events, out: offers, dispatch } = summary;
    const figures: Record<string, number> = {
      "the night knew of": events.read + events.out_of_window,
      [EVENT_WORDS.out_of_window]: events.out_of_window,
      [EVENT_WORDS.read]: events.read,
      [EVENT_WORDS.duplicates]: events.duplicates,
      [EVENT_WORDS.conflicts]: events.conflicts,
      [EVENT_WORDS.set_aside]: events.set_aside,
      [EVENT_WORDS.used]: events.used,
      [EVENT_WORDS.anonymous]: events.anonymous,
      [EVENT_WORDS.late]: events.late,
      "shoppers with a line": offers.lines,
      "messages that Twilio took from our senders": dispatch.messages,
    };
    for (const [level, count] of Object.entries(offers.by_fallback_level)) figures[inWords(LEVEL_WORDS, level)] = count;
    for (const [state, count] of Object.entries(dispatch.by_state)) figures[inWords(STATE_WORDS, state)] = count;
    for (const [name, count] of Object.entries(dispatch.by_reason))
      figures[inWords(REASON_WORDS, partsOfState(name).reason ?? "")] = count;
    const shown = Object.keys(figures).map((name) => [name, Number(rowOf(page, name)?.[0]?.replaceAll(",", ""))]);
    expect(Object.fromEntries(shown)).toEqual(figures);
  });

  test("one shopper can be followed from the till to the phone", async () => {
    const { chain, cpf, phone } = people.delivered;
    const shopper = token(tenantKey(Buffer.from(LOCAL_TOKEN_KEY, "base64"), chain), "cpf", cpf);
    const stored = "s3/mercafacil-local-in/data/purchase/event_date=2025-11-14/event_hour=19/event_type=sale";
    const rows = (await Promise.all(filesBelow(out(), stored).map(parquetRows))).flat();
    expect(rows.find(({ event_id }) => event_id === FOLLOWED_EVENT)).toMatchObject({ cpf: shopper, tenant_id: chain });

    const published = filesBelow(out(), "s3/mercafacil-local-out/data_output", OFFER_DATE).filter((file) =>
      /recommendations_[0-9a-f-]{36}\.txt$/.test(file),
    );
    const line = published.flatMap(jsonLines).find(({ shopper_id }) => shopper_id === shopper);
    expect(line).toMatchObject({ tenant_id: chain, offer_date: OFFER_DATE, fallback_level: "champion" });

    const messages = jsonLines(join(out(), "twilio/messages.jsonl")).filter(({ To }) => To === phone);
    expect(messages).toHaveLength(1);
    const row = jsonLines(join(out(), "ledger.jsonl")).find(
      ({ kind, shopper_id, claim }) => kind === "line" && (shopper_id === shopper || String(claim).endsWith(shopper)),
    );
    expect(row).toMatchObject({ state: "DELIVERED", sid: messages[0]?.sid });
  });

  test("a loyalty card finds the person behind it, and the same person is another one in another chain", () => {
    const messages = jsonLines(join(out(), "twilio/messages.jsonl")).map(({ To }) => To);
    expect(messages.sort()).toEqual(
      [people.delivered.phone, people.byLoyalty.phone, people.otherChain.phone, people.firstOfPhone.phone].sort(),
    );
  });

  test("no CPF, loyalty number, name or phone is readable in anything that the night leaves", async () => {
    const persons = Object.values(people);
    const secrets = [
      ...persons.flatMap((person) => ["loyalty" in person ? person.loyalty : person.cpf, person.cpf, person.name]),
      ...persons.flatMap((person) => ("phone" in person ? [person.phone.slice(1), person.phone.slice(3)] : [])),
      ...persons.map(({ cpf }) => cpf.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, "$1.$2.$3-$4")),
      ...[
        rejectedPerson.cpf,
        rejectedPerson.cpf.replace(/\D/g, ""),
        rejectedPerson.name,
        rejectedPerson.phone.slice(1),
      ],
    ];
    const found: string[] = [];
    for (const file of filesBelow(out()).filter((name) => name !== join(out(), "twilio/messages.jsonl"))) {
      const bytes = readFileSync(file);
      const decoded = file.endsWith(".parquet")
        ? JSON.stringify(await parquetRows(file), (_, value) => (typeof value === "bigint" ? String(value) : value))
        : "";
      const text = `${file} ${decodeURIComponent(file.replace(/%(?![0-9A-F]{2})/g, "%25"))} ${bytes.toString("utf8")} ${decoded}`;
      for (const secret of secrets) if (text.includes(secret)) found.push(`${secret} in ${file}`);
    }
    expect(found).toEqual([]);
  });

  test("every component has its log", () => {
    const logs = readdirSync(join(out(), "logs")).join(" ");
    for (const name of [
      "synth",
      "aws",
      "front",
      "firehose",
      "airflow",
      "emr-step",
      "collector",
      "planner",
      "sender",
      "callback",
      "status",
      "closer",
      "reconciler",
      "schedules",
    ])
      expect(logs).toContain(name);
  });
});

describe("a night of which three objects were broken after they were stored", () => {
  const [cut, replaced, turned] = HOURS_OF_ONE_CHAIN;
  const damage: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    [cut]: (bytes) => bytes.subarray(0, bytes.length / 2),
    [replaced]: () => Buffer.from("no Parquet"),
    // The footer stays, so that it says how many rows are lost.
    [turned]: (bytes) => Buffer.from(bytes.map((byte, place) => (place >= 4 && place < 40 ? byte ^ 0xff : byte))),
  };
  let night: DamagedNight;
  let keys: readonly string[];

  beforeAll(async () => {
    const hourOf = (key: string) =>
      new RegExp(`purchase/event_date=${DAY_OF_ONE_CHAIN}/event_hour=(\\d\\d)/`).exec(key)?.[1];
    night = await playDamagedNight(eventsFile(), join(folder, "damaged"), (key) => damage[hourOf(key) ?? ""]);
    keys = [cut, replaced, turned].map((hour) => night.damaged.find((key) => hourOf(key) === hour) ?? "");
  }, 600_000);

  const wayTo = (name: string) => join(folder, "damaged", name);
  const publishedOf = (night: string, chain: string) =>
    filesBelow(night, "s3/mercafacil-local-out/data_output", OFFER_DATE)
      .filter((file) => file.endsWith(".txt"))
      .map((file) => readFileSync(file, "utf8"))
      .filter((text) => text.includes(`"tenant_id":"${chain}"`));

  test("names them with their reasons, in the manifest, in quarantine and at the end of the night", () => {
    const [one, two, three] = keys;
    const reasons = [
      { key: one, reason: "NOT_PARQUET", rows: null },
      { key: two, reason: "NOT_PARQUET", rows: null },
      { key: three, reason: "CONTENT", rows: 1 },
    ];
    const manifest = wayTo(`s3/mercafacil-local-out/data_output/${OFFER_DATE}/_manifest.json`);
    expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ objects_set_aside: reasons });
    const filed = wayTo(`s3/mercafacil-local-in/quarantine/night/${BUSINESS_DATE}/objects.jsonl`);
    expect(jsonLines(filed)).toEqual(
      reasons.map(({ key, reason, rows }) => ({ reason, contract: "purchase", object: key, detail: null, rows })),
    );
    expect(night.saidAtDeadline).toEqual([{ message: "missing", offer_date: OFFER_DATE, what: "objects_set_aside" }]);
  });

  test("offers the other chain what it is offered without the damage, to the byte", () => {
    expect(publishedOf(wayTo(""), "rede-b")).toEqual(publishedOf(out(), "rede-b"));
    expect(publishedOf(out(), "rede-b")).not.toEqual([]);
  });

  test("balances as far as it can be known, and says what nobody can count", () => {
    const { summary } = night;
    const whole = expectedEvents();
    expect(summary.events).toMatchObject({
      ...whole,
      stored: whole.stored - 2,
      read: whole.read - 2,
      used: whole.used - 3,
      anonymous: whole.anonymous - 3,
      set_aside: 1,
      objects_set_aside: 3,
      unreadable_objects: 2,
      quarantined: whole.quarantined + 1,
    });
    const lost = `accepted = stored + undelivered: ${whole.accepted} is not ${whole.accepted - 2}`;
    expect(summary).toMatchObject({ balanced: false, imbalances: [lost] });
    expect(complaintsOf(summary)).toEqual([`The night does not balance: ${lost}.`]);
    expect(funnelOf(summary).join("\n")).toContain("2  files hold no rows that anybody could count");
    expect(summary).toMatchObject({ clusters: { created: 1, terminated: 1 }, out: { lines: 9 } });
  });
});
