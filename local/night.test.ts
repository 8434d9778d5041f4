// One whole small night through the command line, with hostile lines and a known truth.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { tenantKey, token } from "../lambdas/shared/tokens";
import { repositoryRoot } from "./lambda/repository-root";
import { descendantsOf } from "./night/processes";
import {
  BUSINESS_DATE,
  expectedEvents,
  FOLLOWED_EVENT,
  fixtureFile,
  OFFER_DATE,
  people,
  rejectedPerson,
} from "./night.fixture";
import { LOCAL_TOKEN_KEY } from "./published-secrets";
import type { Summary } from "./summary/numbers";

const start = join(repositoryRoot(), "dist/local/start.js");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "night-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const begin = (...args: readonly string[]) => {
  const child = spawn(process.execPath, [start, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    output.stdout += text;
  });
  child.stderr.on("data", (text) => {
    output.stderr += text;
  });
  const ended = once(child, "close").then(([code]): Ended => ({ code: code as number | null, ...output }));
  return { child, output, ended };
};
const run = (...args: readonly string[]): Promise<Ended> => begin(...args).ended;

const oneSentence = /^[A-Z-].*\.(?: Logs: .*)?\n$/;

describe("a whole night", () => {
  const out = () => join(folder, "night");
  let ended: Ended;
  let summary: Summary;

  beforeAll(async () => {
    const events = join(folder, "events.jsonl");
    writeFileSync(events, fixtureFile());
    ended = await run("--events", events, "--out", out());
    if (ended.code !== 0) throw new Error(`the night failed:\n${ended.stdout}\n${ended.stderr}`);
    summary = JSON.parse(readFileSync(join(out(), "summary.json"), "utf8")) as Summary;
  }, 600_000);

  const filesBelow = (...path: readonly string[]): readonly string[] =>
    readdirSync(join(out(), ...path), { recursive: true, withFileTypes: true })
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

  test("one shopper can be followed from the till to the phone", async () => {
    const { chain, cpf, phone } = people.delivered;
    const shopper = token(tenantKey(Buffer.from(LOCAL_TOKEN_KEY, "base64"), chain), "cpf", cpf);
    const stored = "s3/mercafacil-local-in/data/purchase/event_date=2025-11-14/event_hour=19/event_type=sale";
    const rows = (await Promise.all(filesBelow(stored).map(parquetRows))).flat();
    expect(rows.find(({ event_id }) => event_id === FOLLOWED_EVENT)).toMatchObject({ cpf: shopper, tenant_id: chain });

    const published = filesBelow("s3/mercafacil-local-out/data_output", OFFER_DATE).filter((file) =>
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
    for (const file of filesBelow().filter((name) => name !== join(out(), "twilio/messages.jsonl"))) {
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

describe("a run that cannot be", () => {
  const out = () => join(folder, "refused");
  const nothingLeft = () => {
    const left = readdirSync(folder).filter((name) => name.startsWith("refused"));
    expect(left.filter((name) => name !== "refused.failed")).toEqual([]);
  };

  test.each([
    ["a missing events file", ["--events", "/nowhere/events.jsonl"], "does not exist"],
    ["a date that is none", ["--date", "2026-02-30"], "--date must be a calendar date"],
    ["a port that is none", ["--port", "99999"], "--port must be a number"],
    ["a fault script that is missing", ["--faults", "/nowhere/day.json"], "/nowhere/day.json cannot be read (ENOENT)"],
    [
      "a fault script that is none",
      ["--faults", join(repositoryRoot(), "package.json")],
      "the script has no such field",
    ],
    ["an option that is none", ["--evnets", "x"], "Unknown option"],
    ["an out folder below a file", ["--out", join(__filename, "x")], "cannot be written"],
    ["an out folder that is something else", ["--out", __dirname], "holds something other than a night"],
  ])("%s ends with one sentence", async (_what, args, words) => {
    const { code, stderr } = await run(...(args.includes("--out") ? args : [...args, "--out", out()]));
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(oneSentence);
    nothingLeft();
  });

  test("an events file without a readable time asks for --date", async () => {
    const events = join(folder, "timeless.jsonl");
    writeFileSync(events, '{"chain":"a","contract":"purchase","event":{"occurred_at":"2036-01-01T00:00:00Z"}}\n');
    const { code, stderr } = await run("--events", events, "--out", out());
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("give --date") });
    nothingLeft();
  });

  describe("when its port is taken", () => {
    const server = createServer();
    let port: string;
    beforeAll(async () => {
      await once(server.listen(0, "127.0.0.1"), "listening");
      port = String((server.address() as AddressInfo).port);
    });
    afterAll(() => void server.close());

    test("it ends with one sentence", async () => {
      const { code, stderr } = await run("--port", port, "--out", out());
      expect(code).toBe(1);
      expect(stderr).toContain(`Port ${port} is already taken`);
      expect(stderr).toMatch(oneSentence);
      nothingLeft();
    });

    test("the out folder is another run's while that lives, and free once it was killed", async () => {
      writeFileSync(`${out()}.lock`, String(process.pid));
      const refused = await run("--port", port, "--out", out());
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`Another run (process ${process.pid})`);
      writeFileSync(`${out()}.lock`, "999999999");
      expect((await run("--port", port, "--out", out())).stderr).toContain("is already taken");
      nothingLeft();
    });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends everything that was started",
    async (signal) => {
      const { child, output, ended } = begin("--out", out());
      while (
        !output.stdout.includes("Posting") &&
        !output.stdout.includes("Starting the platform") &&
        child.exitCode === null
      )
        await new Promise((resolve) => setTimeout(resolve, 20));
      const started = descendantsOf([child.pid ?? 0]);
      expect(started.length).toBeGreaterThan(1);
      child.kill(signal);
      const { code, stderr } = await ended;
      expect(code).toBe(signal === "SIGINT" ? 130 : 143);
      expect(stderr).toMatch(oneSentence);
      for (const pid of started) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
      expect(existsSync(out())).toBe(false);
      nothingLeft();
    },
    120_000,
  );
});
