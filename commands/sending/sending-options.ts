// What the command line of `npm run sending` asks for, checked before AWS is asked anything.
import { parseArgs } from "node:util";
import type { Environment } from "../../environments/environment";
import { type CommandPlace, chainNamed, dateNamed, placeNamed } from "../environment-place";

/** One command. */
export type SendingCommand =
  | { readonly kind: "show"; readonly date?: string }
  | { readonly kind: "stop" | "go" }
  | { readonly kind: "pause" | "resume" | "allow" | "disallow"; readonly chain: string }
  | { readonly kind: "budget"; readonly dailyBrl: number };

/** A command and where it works. */
export interface SendingOptions extends CommandPlace {
  readonly command: SendingCommand;
}

/** How to call it. */
export const USAGE =
  "npm run sending -- show [--date yyyy-MM-dd] | stop | go | pause --chain C | resume --chain C | budget --brl N | allow --chain C < PHONE | disallow --chain C < PHONE, each with --env E [--endpoint http://127.0.0.1:PORT]";

const KINDS = ["show", "stop", "go", "pause", "resume", "allow", "disallow", "budget"] as const;
const MOST_BRL = 1_000_000;
const text = { type: "string" } as const;
const OPTIONS = { env: text, endpoint: text, chain: text, brl: text, date: text };
type Values = Partial<Record<keyof typeof OPTIONS, string>>;

/** Reads the command line. Throws an error of one sentence. */
export function readSendingOptions(args: readonly string[], environments: readonly Environment[]): SendingOptions {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const kind = KINDS.find((known) => known === positionals.join(" "));
  if (!kind) throw new Error(`received ${JSON.stringify(positionals.join(" "))}, expected one command: ${USAGE}`);
  return { ...placeNamed(values, environments, USAGE), command: commandOf(kind, values) };
}

function commandOf(kind: (typeof KINDS)[number], values: Values): SendingCommand {
  const takes = { show: ["date"], stop: [], go: [], budget: ["brl"] }[kind as string] ?? ["chain"];
  const foreign = (["chain", "brl", "date"] as const).find(
    (name) => values[name] !== undefined && !takes.includes(name),
  );
  if (foreign) throw new Error(`${kind} takes no --${foreign}: ${USAGE}`);
  if (kind === "show")
    return values.date === undefined ? { kind } : { kind, date: dateNamed("date", values.date, USAGE) };
  if (kind === "stop" || kind === "go") return { kind };
  if (kind === "budget") return { kind, dailyBrl: amount(values.brl) };
  return { kind, chain: chainNamed(values.chain, USAGE) };
}

function amount(brl: string | undefined): number {
  const read = Number(brl);
  if (brl !== undefined && /^\d+(\.\d{1,2})?$/.test(brl) && read <= MOST_BRL) return read;
  throw new Error(`--brl: received ${brl ?? "none"}, expected reais such as 6000 or 99.50, at most ${MOST_BRL}.`);
}
