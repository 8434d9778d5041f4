// `npm run crashes`: breaks the campaign's day at every effect and at pairs of effects, in every pair of ways, and
// prints for dispatch as it ships and for each planted variant how many days went wrong.
import { type Enumerated, enumerate, type Tally } from "./enumerate";
import { FAULT_KINDS, type FaultKind } from "./faults";
import { WORKERS } from "./played-day";
import { AS_SHIPPED, PLANTED } from "./variants";

const EVERY_PAIR = FAULT_KINDS.flatMap((first) => FAULT_KINDS.map((second) => [first, second] as const));
const DEATHS: readonly (readonly [FaultKind, FaultKind])[] = [["dies", "dies"]];

/** Two workers at once have so many pairs that every third stands for the others. */
const PAIRS_EACH = { one_by_one: 1, two_of_each: 3 };

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function printTally(faults: string, tally: Tally): void {
  const { days, duplicated, lost, unended, unpaid, first } = tally;
  const counts = `${duplicated} duplicated, ${lost} lost, ${unended} unended, ${unpaid} unpaid`;
  print(`    ${faults.padEnd(12)}${String(days).padStart(8)} days: ${counts}`);
  if (first) print(`      the first: ${first}`);
}

function printPart(workers: string, { effects, single, pairs }: Enumerated): void {
  print(`  ${workers}: ${effects} effects`);
  printTally("one fault", single);
  printTally("two faults", pairs);
}

const isFine = ({ duplicated, lost, unended, unpaid }: Tally): boolean => duplicated + lost + unended + unpaid === 0;

async function main(): Promise<boolean> {
  let right = true;
  print(AS_SHIPPED.name);
  for (const workers of WORKERS) {
    const pairsEach = PAIRS_EACH[workers];
    const part = await enumerate(AS_SHIPPED, { workers, single: FAULT_KINDS, pairs: EVERY_PAIR, pairsEach });
    printPart(workers, part);
    right &&= isFine(part.single) && isFine(part.pairs);
  }
  for (const [finds, variant] of PLANTED) {
    print(`planted: ${variant.name}`);
    let found = 0;
    for (const workers of WORKERS) {
      const part = await enumerate(variant, { workers, single: FAULT_KINDS, pairs: DEATHS });
      printPart(workers, part);
      found += part.single[finds];
    }
    right &&= found > 0;
  }
  return right;
}

// A day that neither goes on nor ends leaves Node nothing to wait for: that is a failure too.
process.exitCode = 1;
const [unknown] = process.argv.slice(2);
if (unknown !== undefined) {
  process.stderr.write(`Unknown argument '${unknown}': npm run crashes takes none.\n`);
  process.exit();
}
main().then(
  (right) => process.exit(right ? 0 : 1),
  (error) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  },
);
