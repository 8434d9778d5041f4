// A wrong fault script is refused with everything that is wrong; the days that ship are right.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../lambda/repository-root";
import { mistakesIn, readFaultScript } from "./fault-script";

const script = (...rules: readonly unknown[]) => ({ name: "a day", seed: "1", rules });
const rule = (effect: unknown, when?: unknown) => ({ name: "a rule", effect, ...(when !== undefined && { when }) });

describe("a script", () => {
  test.each([
    ["that is no object", [], ["the script must be object, got []"]],
    ["without a seed", { name: "x", rules: [rule({ delay_ms: 1 })] }, ['the script lacks "seed"']],
    ["without rules", script(), ["rules must NOT have fewer than 1 items, got []"]],
    ["with an unknown condition", script(rule({ delay_ms: 1 }, { shared: 0.5 })), ['no such field: "shared"']],
    ["with no effect", script(rule({})), ["rules[0].effect must be exactly one effect"]],
    ["with two effects in a rule", script(rule({ delay_ms: 1, reset: "after_taken" })), ["exactly one effect"]],
    ["with an unknown effect", script(rule({ explode: true })), ['rules[0].effect has no such field: "explode"']],
    ["with a share over 1", script(rule({ delay_ms: 1 }, { share: 1.5 })), ["when.share must be <= 1, got 1.5"]],
    ["with an hour that is none", script(rule({ delay_ms: 1 }, { from: "25:00" })), ["when.from must match pattern"]],
    ["with a choice that is none", script(rule({ reset: "now" })), ['one of before_taken, after_taken, got "now"']],
    [
      "with a window that ends before it begins",
      script(rule({ delay_ms: 1 }, { from: "10:00", until: "09:00" })),
      ["rules[0].when.until must be after 10:00, got 09:00"],
    ],
    [
      "with a count that runs backwards",
      script(rule({ delay_ms: 1 }, { tries: { first: 3, last: 2 } })),
      ["rules[0].when.tries.last must be at least 3, got 2"],
    ],
    [
      "that suspends the account for some numbers",
      script(rule({ account: { http: 401, code: 20003 } }, { share: 0.5 })),
      ["rules[0].when may only have from and until with the effect account, got share"],
    ],
    [
      "with an error on a delivered message",
      script(rule({ end: { status: "delivered", code: 30003 } })),
      ["rules[0].effect.end.code goes with undelivered or failed only, got delivered"],
    ],
    [
      "with callbacks and nothing done to them",
      script(rule({ callbacks: { statuses: ["sent"] } })),
      ["rules[0].effect.callbacks needs times, delay_minutes or reversed"],
    ],
    [
      "with two rules of one name",
      script(rule({ delay_ms: 1 }), rule({ delay_ms: 2 })),
      ['rules[1].name must be the only one of its kind, got "a rule" again'],
    ],
  ])("%s is refused, saying where and what", (_, wrong, words) => {
    const mistakes = mistakesIn(wrong);
    expect(mistakes).toHaveLength(words.length);
    for (const [place, word] of words.entries()) expect(mistakes[place]).toContain(word);
  });

  test("with every effect and every condition is taken", () => {
    const when = {
      share: 0.5,
      recipients: ["+5511987654321"],
      sender: `MG${"a".repeat(32)}`,
      requests: { first: 1, last: 10, every: 3 },
      tries: { first: 1 },
      from: "09:00",
      until: "18:30",
    };
    const effects = [
      { answer: { http: 429, code: 20429, retry_after_seconds: 1, taken: false } },
      { reset: "before_taken" },
      { delay_ms: 100 },
      { rate: { per_second: 5, over: "failed" } },
      { end: { status: "undelivered", code: 30003 } },
      { callbacks: { statuses: ["sent"], times: 0, delay_minutes: 5 } },
      { callbacks: { reversed: true } },
      { inbound: { text: "SAIR", delay_minutes: 5 } },
    ];
    const rules = effects.map((effect, place) => ({ name: `rule ${place}`, when, effect }));
    const suspended = { name: "suspended", when: { from: "10:00" }, effect: { account: { http: 401, code: 20003 } } };
    expect(mistakesIn(script(...rules, suspended))).toEqual([]);
  });
});

describe("a file", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "faults-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const fileOf = (text: string) => {
    const file = join(folder, "script.json");
    writeFileSync(file, text);
    return file;
  };

  test("is refused with all its mistakes in one line", () => {
    const file = fileOf(JSON.stringify({ name: "", rules: [rule({ delay_ms: 0 }), rule({ reset: 1 }, {})] }));
    expect(() => readFaultScript(file)).toThrow(
      `The fault script ${file} has 5 mistakes: the script lacks "seed"; name must NOT have fewer than 1 characters, got ""; ` +
        "rules[0].effect.delay_ms must be >= 1, got 0; " +
        "rules[1].when must NOT have fewer than 1 properties, got {}; " +
        "rules[1].effect.reset must be one of before_taken, after_taken, got 1.",
    );
  });

  test("that is missing, or no JSON, is refused by name", () => {
    expect(() => readFaultScript(join(folder, "nowhere.json"))).toThrow(/nowhere\.json cannot be read \(ENOENT\)\.$/);
    expect(() => readFaultScript(fileOf("{"))).toThrow(/script\.json is no JSON: .+\.$/);
  });

  test("that ships is right", () => {
    const days = readdirSync(join(__dirname, "days"));
    expect(days).toHaveLength(3);
    for (const day of days) expect(readFaultScript(join(__dirname, "days", day)).description).not.toBe("");
  });
});

describe("the operators' page", () => {
  const root = repositoryRoot();
  const page = readFileSync(join(root, "docs/operations.md"), "utf8");
  const section = page.split("## Rehearse a bad day\n")[1]?.split(/^## /m)[0] ?? "";
  const { $defs: parts } = JSON.parse(readFileSync(join(root, "local/twilio/fault-script.schema.json"), "utf8"));
  const namedBelow = (heading: string): string[] => {
    const [, table = ""] = section.split(`| ${heading}`);
    const rows = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| (`.+?`) \|/gm)].map(([, first]) => first ?? "");
    return rows.flatMap((first) => [...first.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "")).sort();
  };

  test("names every condition, effect and day, and no other", () => {
    expect(namedBelow("Condition")).toEqual(Object.keys(parts.when.properties).sort());
    expect(namedBelow("Effect")).toEqual(Object.keys(parts.effect.properties).sort());
    expect(namedBelow("Day in")).toEqual(readdirSync(join(__dirname, "days")).sort());
  });

  test("shows a script that can be played", () => {
    const [example = ""] = /^ {4}\{$[\s\S]*?^ {4}\}$/m.exec(section) ?? [];
    expect(mistakesIn(JSON.parse(example))).toEqual([]);
  });
});
