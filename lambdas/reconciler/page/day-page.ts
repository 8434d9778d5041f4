// A closed day on one page that needs nothing but itself: from events to messages, whether it adds up, and what to do
// first where it does not. It tells claims and SIDs, and no more of anybody.
import { FINDING_WORDS } from "../finding-words";
import { messageCount, type Reconciliation } from "../reconciliation";
import { chainTables } from "./chain-tables";
import { type DaySum, daySums, holds, knownRows } from "./day-sums";
import { dayVerdict, ended, type Verdict } from "./day-verdict";
import { funnelTables } from "./funnel-tables";
import { type Html, html, type Part, textOf } from "./html";
import { type NightStatement, nightStatement } from "./night-statement";
import { counted, localInstant, number } from "./numbers-in-words";
import { PAGE_STYLE } from "./page-style";
import { figure, figures, table } from "./tables";

// A lake that went bad has thousands; the manifest names them all.
const MOST_OBJECTS = 200;

/** Text with what stands between backticks as code. */
const withCode = (text: string): Part =>
  text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

function verdictBox({ isBalanced, word, why, steps }: Verdict): Html {
  const list =
    steps.length > 0
      ? html`<h2>To look at</h2>
<ul>${steps.map(
          ({ what, first }) => html`<li>${ended(what)} <span class="quiet">First:</span> ${withCode(ended(first))}</li>
`,
        )}</ul>
`
      : undefined;
  return html`<p class="verdict${isBalanced ? undefined : " bad"}"><strong>${word}:</strong> ${withCode(why)}</p>
${list}`;
}

function headFigures(night: NightStatement, found: Reconciliation): Html {
  const delivered = found.rowsByState.DELIVERED ?? 0;
  const heads: readonly (readonly [string, Part])[] = [
    ["rows known", figure(knownRows(night.counts))],
    ["rows used", figure(night.counts.used)],
    ["shoppers with a line", number(found.lines)],
    ["messages at Twilio", number(messageCount(found))],
    ["lines delivered", number(delivered)],
  ];
  return html`<dl class="heads">${heads.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
`;
}

function sumsTable(sums: readonly DaySum[]): Html {
  const verdict = (sum: DaySum): Part => {
    const does = holds(sum);
    if (does === undefined) return "not stated";
    return does ? "yes" : html`<span class="no">no</span>`;
  };
  return html`<section><h2>Does it add up?</h2>
${table(
  "Both sides of each sum are counted by themselves",
  [{ name: "Sum" }, figures("Left"), figures("Right"), { name: "Holds" }],
  sums.map((sum) => [sum.name, figure(sum.left), figure(sum.right), verdict(sum)]),
)}</section>
`;
}

function contractsTable({ byContract }: NightStatement): Html {
  if (!byContract) return html`<p>What became of the rows of each contract is not stated.</p>`;
  return table(
    "Rows of events by contract",
    [
      { name: "Contract" },
      ...["Known", "Out of window", "Read", "Duplicates", "Conflicts", "Set aside", "Used", "Anonymous", "Late"].map(
        figures,
      ),
    ],
    [...byContract].map(([contract, counts]) => {
      const { out_of_window, read, duplicates, conflicts, set_aside, used, anonymous, late } = counts;
      const all = [out_of_window, read, duplicates, conflicts, set_aside, used, anonymous, late];
      return [contract, ...[knownRows(counts), ...all].map(figure)];
    }),
  );
}

function modelPart({ model }: NightStatement): Html {
  const { name, version, level } = model;
  const named = name === undefined ? "not stated" : `${name}/${version ?? "not stated"}`;
  return html`<section><h2>Model</h2>
<p>Model <code>${named}</code>, used as <code>${level ?? "not stated"}</code>.</p></section>
`;
}

function objectsPart({ objectsSetAside }: NightStatement): Html {
  const listed = objectsSetAside?.slice(0, MOST_OBJECTS) ?? [];
  const more = (objectsSetAside?.length ?? 0) - listed.length;
  const content = () => {
    if (objectsSetAside === undefined) return html`<p>Not stated.</p>`;
    if (listed.length === 0) return html`<p>None.</p>`;
    return table(
      `${counted(objectsSetAside.length, "object")} of which the night used no row`,
      [{ name: "Object" }, { name: "Reason" }, figures("Rows")],
      listed.map(({ key, reason, rows }) => [
        html`<code>${key ?? "not stated"}</code>`,
        html`<code>${reason ?? "not stated"}</code>`,
        rows === undefined ? "cannot be counted" : number(rows),
      ]),
    );
  };
  return html`<section><h2>Objects set aside</h2>
${content()}${more > 0 ? html`<p>${number(more)} more: see <code>_manifest.json</code>.</p>` : undefined}</section>
`;
}

function findingsPart({ findings, listed }: Reconciliation): Html {
  const all = Object.values(findings).reduce((sum, count) => sum + count, 0);
  const brl = (value: number | undefined): Part => value?.toFixed(4);
  const content =
    all === 0
      ? html`<p>Nothing: each line has one row, each sent line one message, and the other way round.</p>`
      : table(
          `${counted(all, "finding")}, by claim and SID`,
          [
            ...["What", "Claim", "State", "SID", "Status at Twilio"].map((name) => ({ name })),
            figures("BRL in the ledger"),
            figures("BRL by segments"),
          ],
          listed.map((finding) => [
            FINDING_WORDS[finding.kind].name,
            html`<code>${finding.claim ?? "no line"}</code>`,
            finding.state,
            html`<code>${finding.sid}</code>`,
            finding.status,
            brl(finding.brl?.ledger),
            brl(finding.brl?.segments),
          ]),
        );
  const more = all - listed.length;
  return html`<section><h2>What does not fit between files, ledger and Twilio</h2>
${content}${more > 0 ? html`<p>${number(more)} more are counted and not listed.</p>` : undefined}</section>
`;
}

/** The page of a day, by what reconciling found and the text of the day's manifest; instants on a zone's clock. */
export function dayPage(found: Reconciliation, manifestText: string, timeZone: string): string {
  const night = nightStatement(manifestText);
  const sums = daySums(night, found);
  const verdict = dayVerdict(night, found, sums);
  const { published, refused } = found.files;
  const files = `${counted(published, "file")}${refused > 0 ? `, ${number(refused)} of them refused` : ""}`;
  return textOf(html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>Offers of ${found.offerDate}: ${verdict.word}</title>
${PAGE_STYLE}
</head>
<body>
<header>
<h1>Shopping until ${night.businessDate ?? "a day that is not stated"}, offers of ${found.offerDate}</h1>
<p class="quiet">Business date ${night.businessDate ?? "not stated"}, offer date ${found.offerDate}; ${files}; reconciled ${localInstant(found.at, timeZone)} (${timeZone}).</p>
</header>
<main>
${verdictBox(verdict)}${headFigures(night, found)}${funnelTables(night, found)}${sumsTable(sums)}<section><h2>Contract by contract</h2>
${contractsTable(night)}</section>
${chainTables(night, found, timeZone)}${modelPart(night)}${objectsPart(night)}${findingsPart(found)}</main>
</body>
</html>
`);
}
