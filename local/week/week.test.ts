// The shipped week is always the same, fits the contracts where it should, and holds every kind of dirt once at least.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { validators } from "../../generated/validators";
import { hasValidCpfDigits, normaliseCpf } from "../../lambdas/shared/cpf";
import { parseRfc3339 } from "../../lambdas/shared/rfc3339";
import type { Line } from "./line";
import { shoppers } from "./shoppers";
import { businessDate, weekLines, writeWeek } from "./week";

const parsed = (text: string): Line | undefined => {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
};
const lines = weekLines().map(parsed);

/** Why a line cannot be accepted as it stands, in the words of this test. */
const problem = (line: Line | undefined): string | undefined => {
  if (!line?.chain || !line.event) return "line";
  const validator = validators.get(`v1/${line.contract}`);
  if (!validator) return "contract";
  if ("tenant_id" in line.event) return "tenant";
  const { cpf } = line.event;
  if (!validator(line.event)) return `schema ${validator.errors?.[0]?.keyword}`;
  if (typeof cpf === "string" && !hasValidCpfDigits(normaliseCpf(cpf) ?? "")) return "cpf";
  return Date.parse(line.event.occurred_at) > Date.parse("2026-11-16T03:00:00Z") ? "future" : undefined;
};

const accepted = lines.filter((line): line is Line => problem(line) === undefined);

test("the week is the same bytes each time, and its file is whole", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "week-"));
  const file = path.join(folder, "below", "week.jsonl");
  expect(writeWeek(file)).toBe(weekLines().length);
  expect(readFileSync(file, "utf8")).toBe(`${weekLines().join("\n")}\n`);
  rmSync(folder, { recursive: true });
});

test("the week is small and ends on a Sunday, before a day on which messages are sent", () => {
  expect(lines.length).toBeGreaterThan(600);
  expect(lines.length).toBeLessThan(1000);
  expect(new Date(`${businessDate}T12:00:00Z`).getUTCDay()).toBe(0);
  const days = accepted.map(({ event }) =>
    new Date((parseRfc3339(event.occurred_at) ?? 0) - 3 * 3_600_000).toISOString().slice(0, 10),
  );
  expect(days.sort().at(-1)).toBe(businessDate);
});

test("only the dirt is refused, and each kind of dirt is there", () => {
  const problems = lines.map(problem).filter((one) => one !== undefined);
  expect(new Set(problems)).toEqual(
    new Set(
      ["line", "contract", "tenant", "cpf", "future"].concat([...problems].filter((one) => one.startsWith("schema"))),
    ),
  );
  expect(problems.filter((one) => one.startsWith("schema")).length).toBe(7);
  expect(problems.length).toBe(14);
});

test("some accepted events come twice, and two ids come back with another content", () => {
  const byId = new Map<string, Line[]>();
  for (const line of accepted) {
    const id = line.event.event_id.toLowerCase();
    byId.set(id, [...(byId.get(id) ?? []), line]);
  }
  const repeated = [...byId.values()].filter((group) => group.length > 1);
  expect(repeated.length).toBe(9);
  const items = repeated.map((group) => new Set(group.map(({ event }) => JSON.stringify(event.items))).size);
  expect(items.filter((contents) => contents === 2).length).toBe(2);
});

test("each reason why a shopper cannot be messaged is there, and most can", () => {
  expect(new Set(shoppers.map(({ consent }) => consent))).toEqual(
    new Set(["sms", "whatsapp", "sms revoked", "all revoked", "none"]),
  );
  const phones = shoppers.map(({ phone }) => phone).filter((phone) => phone !== undefined);
  expect(phones.length).toBeLessThan(shoppers.length);
  expect(new Set(phones).size).toBeLessThan(phones.length);
  expect(shoppers.filter(({ consent, phone }) => consent === "sms" && phone).length).toBeGreaterThan(
    shoppers.length / 2,
  );
  expect(shoppers.some(({ cpf }) => cpf === undefined)).toBe(true);
  expect(shoppers.some(({ visits }) => visits === 0)).toBe(true);
});

test("one person shops in both chains, under one CPF", () => {
  const chainsOf = new Map<string, Set<string>>();
  for (const { cpf, chain } of shoppers) if (cpf) chainsOf.set(cpf, (chainsOf.get(cpf) ?? new Set()).add(chain.name));
  expect([...chainsOf.values()].filter((chains) => chains.size > 1).length).toBe(1);
});

test("purchases come anonymously, by CPF, by loyalty number and by both; some late, from before the window", () => {
  const purchases = accepted.filter(({ contract }) => contract === "purchase");
  const known = new Set(purchases.map(({ event }) => `${"cpf" in event} ${"loyalty_id" in event}`));
  expect(known.size).toBe(4);
  expect(purchases.filter(({ event }) => event.occurred_at.startsWith("2026-09")).length).toBe(2);
  expect(purchases.some(({ event }) => event.event_type === "return")).toBe(true);
});
