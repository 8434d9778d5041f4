// What the night and the sending day were to each chain.
import { byOrderOf, inWords, LEVEL_WORDS, partsOfState, STATE_WORDS } from "../../shared/funnel-words";
import type { Reconciliation } from "../reconciliation";
import { bar, sign } from "./charts";
import { LOOKS, lookOf } from "./funnel-tables";
import { type Html, html, type Part } from "./html";
import type { ChainNight, NightStatement } from "./night-statement";
import { localInstant, number, share } from "./numbers-in-words";
import { figure, figures, table } from "./tables";

const STATUS_WORDS: Readonly<Record<string, string>> = {
  OK: "OK",
  NO_DATA: "NO_DATA: no purchase in the days that the recommendations look at",
  FAILED: "FAILED: its offers are withheld",
};

function statusOf({ status, failure }: ChainNight): Part {
  if (status === undefined) return "not stated";
  const words = failure === undefined ? inWords(STATUS_WORDS, status) : `${status}: ${failure}`;
  return status === "OK" || status === "NO_DATA" ? words : html`<span class="no">${words}</span>`;
}

function nightTable({ chains }: NightStatement, timeZone: string): Html {
  if (!chains) return html`<p>What the night was to each chain is not stated.</p>`;
  const found = [...chains.values()].flatMap(({ byLevel }) => [...(byLevel?.keys() ?? [])]);
  const levels = [...new Set([...Object.keys(LEVEL_WORDS), ...found])].sort(byOrderOf(LEVEL_WORDS));
  const ofLevel = ({ byLevel }: ChainNight, level: string) => figure(byLevel && (byLevel.get(level) ?? 0));
  return table(
    `The night, by chain; instants are those of ${timeZone}`,
    [
      { name: "Chain" },
      { name: "Status" },
      figures("Lines"),
      ...levels.map((level) => figures(inWords(LEVEL_WORDS, level))),
      { name: "Newest purchase", kind: "at" },
    ],
    [...chains].map(([tenantId, chain]) => [
      tenantId,
      statusOf(chain),
      figure(chain.lines),
      ...levels.map((level) => ofLevel(chain, level)),
      chain.newestPurchase === undefined ? "none" : localInstant(chain.newestPurchase, timeZone),
    ]),
  );
}

const sumWhere = (counts: Readonly<Record<string, number>>, fits: (name: string) => boolean): number =>
  Object.entries(counts).reduce((sum, [name, count]) => (fits(name) ? sum + count : sum), 0);

function sendingTable({ chains }: Reconciliation): Html {
  const names = Object.values(chains).flatMap(({ rowsByState }) => Object.keys(rowsByState));
  const states = [...new Set(names.map((name) => partsOfState(name).state))].sort(byOrderOf(STATE_WORDS));
  const looks = LOOKS.filter(({ look }) => names.some((name) => lookOf(name) === look));
  const rows = Object.entries(chains).map(([tenantId, { lines, rowsByState, messages }]): readonly Part[] => {
    const ofLook = (look: string) => sumWhere(rowsByState, (name) => lookOf(name) === look);
    const all = sumWhere(rowsByState, () => true);
    return [
      tenantId,
      bar(
        looks.map(({ look }) => ({ look, value: ofLook(look) })),
        all,
      ),
      share(ofLook("delivered"), all),
      number(lines),
      number(all),
      ...states.map((state) => number(sumWhere(rowsByState, (name) => partsOfState(name).state === state))),
      number(messages),
    ];
  });
  return table(
    "The sending day, by chain: how each line ended",
    [
      { name: "Chain" },
      { name: "How lines ended", kind: "chart" },
      figures("Delivered, of all rows"),
      figures("Lines"),
      figures("Rows of the ledger"),
      ...states.map((state) => figures(html`${sign(lookOf(state))}${inWords(STATE_WORDS, state)}`)),
      figures("Messages at Twilio"),
    ],
    rows,
  );
}

/** The chains' tables. */
export const chainTables = (night: NightStatement, found: Reconciliation, timeZone: string): Html =>
  html`<section><h2>Chain by chain</h2>
${nightTable(night, timeZone)}
${sendingTable(found)}</section>
`;
