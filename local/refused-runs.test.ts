// A run that cannot be, or is ended, says why in one sentence and leaves nothing behind; one whose night fails leaves what
// there was before it, and one for which nothing was bought ends well.
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { begin, oneSentence, run } from "./command-line.fixture";
import { repositoryRoot } from "./lambda/repository-root";
import { descendantsOf } from "./night/processes";

const [SHOPPERS, PRODUCTS] = [60, 20];
const eventId = (number: number): string => `5b1c9f5e-3b0e-4f3e-9d2b-${String(number).padStart(12, "0")}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refused-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a night that fails says why, and every line before it is accounted for", async () => {
  const [events, out] = [join(folder, "all-alike.jsonl"), join(folder, "failed-night")];
  // So many shoppers who all get the same offers, and so many products, are the sign of a model gone wrong.
  const skus = Array.from({ length: PRODUCTS }, (_, number) => `sku-${number}`);
  const at = "2026-11-20T10:00:00-03:00";
  const common = { occurred_at: at, store_id: "s1" };
  const products = skus.map((sku, number) => ({ event_id: eventId(number), event_type: "listed", sku, name: "Café" }));
  const items = skus.map((sku) => ({ sku, quantity: 1, unit_price: 2 }));
  const purchases = Array.from({ length: SHOPPERS }, (_, shopper) =>
    [0, 1].map((basket) => ({
      event_id: eventId(PRODUCTS + 2 * shopper + basket),
      event_type: "sale",
      loyalty_id: `card-${shopper}`,
      items,
    })),
  ).flat();
  const line = (contract: string) => (event: object) =>
    JSON.stringify({ chain: "a", contract, event: { ...common, ...event } });
  const lines = [
    "nonsense",
    line("purchase")({}),
    ...products.map(line("product")),
    ...purchases.map(line("purchase")),
  ];
  writeFileSync(events, lines.join("\n"));
  const { code, stdout, stderr } = await run("--events", events, "--out", out);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("The offers of a are not published"),
  });
  expect(stderr).toMatch(oneSentence);
  expect(stdout).toContain("The night failed: nothing was published");
  const stored = PRODUCTS + 2 * SHOPPERS;
  expect(JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))).toMatchObject({
    events: { posted: stored + 2, accepted: stored, rejected: 2, stored, rejected_by_code: { LINE: 1, SCHEMA: 1 } },
    failure: stderr.trim(),
    clusters: { created: 1, terminated: 1 },
    ...{ balanced: false, imbalances: [] },
  });
  expect(readdirSync(folder).sort()).toEqual(["all-alike.jsonl", "failed-night"]);
}, 600_000);

test("a night for which nothing was bought is a night all the same", async () => {
  const [events, out] = [join(folder, "no-purchase.jsonl"), join(folder, "quiet-night")];
  const shopper = {
    event_id: eventId(1),
    event_type: "registered",
    occurred_at: "2026-11-20T10:00:00-03:00",
    ...{ store_id: "s1", loyalty_id: "card-1" },
  };
  writeFileSync(events, `nonsense\n${JSON.stringify({ chain: "a", contract: "shopper", event: shopper })}\n`);
  const { code, stdout, stderr } = await run("--events", events, "--out", out);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Balanced: every event and every line is accounted for.");
  expect(JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))).toMatchObject({
    events: { posted: 2, accepted: 1, rejected: 1, stored: 1, read: 1, used: 1 },
    out: { lines: 1, by_fallback_level: { none: 1 } },
    dispatch: { lines: 1, by_reason: { "SUPPRESSED(no_offer)": 1 } },
    balanced: true,
  });
}, 600_000);

describe("a run that cannot be", () => {
  const out = () => join(folder, "refused");
  const nothingLeft = () => {
    const left = readdirSync(folder).filter((name) => name.startsWith("refused"));
    expect(left.filter((name) => name !== "refused.failed")).toEqual([]);
  };

  test.each([
    ["a missing events file", ["--events", "/nowhere/events.jsonl"], "does not exist"],
    ["a date that is none", ["--date", "2026-02-30"], "--date must be a calendar date"],
    ["a date that has not come", ["--date", "9999-12-31"], "is after today"],
    ["a date before the first night", ["--date", "1970-01-01"], "is before 1970-01-02"],
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
