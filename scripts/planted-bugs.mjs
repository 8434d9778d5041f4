// The bugs that `npm run planted` plants, one at a time: each a small edit, and the tests that must go red.
// `find` occurs exactly once in its file.

/** @type {readonly {name: string, file: string, find: string, replace: string, tool: "jest" | "spark" | "airflow", tests: string[]}[]} */
export const plantedBugs = [
  {
    name: "send before claim",
    file: "lambdas/sender/send-line.ts",
    find: "  const claimed = await ledger.claim(claim);",
    replace: `  await sendSms({ to: planned.to, from, text: planned.text, statusCallback: "", validitySeconds: planned.secondsLeft });
  const claimed = await ledger.claim(claim);`,
    tool: "jest",
    tests: ["lambdas/sender/send-shard.test.ts"],
  },
  {
    name: "skip the conditional put of a claim",
    file: "lambdas/shared/ledger.ts",
    find: 'const UNCLAIMED = "attribute_not_exists(claim)";',
    replace: 'const UNCLAIMED = "attribute_not_exists(nothing)";',
    tool: "jest",
    tests: ["lambdas/shared/ledger.test.ts"],
  },
  {
    name: "let everyone probe an open circuit",
    file: "lambdas/shared/circuit.ts",
    find: 'ConditionExpression: "#on = :on AND #until = :seen",',
    replace: 'ConditionExpression: "#on = :on AND (#until = :seen OR #until > :seen)",',
    tool: "jest",
    tests: ["lambdas/shared/circuit.test.ts"],
  },
  {
    name: "open the circuit at the first refusal",
    file: "lambdas/shared/circuit.ts",
    find: "Number(refusals?.N) < REFUSALS_THAT_OPEN",
    replace: "Number(refusals?.N) < 1",
    tool: "jest",
    tests: ["lambdas/shared/circuit.test.ts"],
  },
  {
    name: "close the circuit by a probe in doubt",
    file: "lambdas/sender/circuit-passage.ts",
    find: 'if (outcome?.kind === "accepted") {',
    replace: 'if (outcome?.kind === "accepted" || outcome?.kind === "in_doubt") {',
    tool: "jest",
    tests: ["lambdas/sender/circuit-passage.test.ts"],
  },
  {
    name: "read the budget without a lease",
    file: "lambdas/sender/purse.ts",
    find: "while (free < units) {",
    replace: "while (false) {",
    tool: "jest",
    tests: ["lambdas/sender/budget.test.ts"],
  },
  {
    name: "forget what a dead sender's claims cost",
    file: "lambdas/shared/settle-leases.ts",
    find: "spent += await ports.paidFrom(leaseId, claims);",
    replace: "await ports.paidFrom(leaseId, claims);",
    tool: "jest",
    tests: ["lambdas/sender/budget.test.ts"],
  },
  {
    name: "ignore FailedPutCount",
    file: "lambdas/collector/aws-ports.ts",
    find: "return said?.RecordId !== undefined && said.ErrorCode === undefined;",
    replace: "return said !== null;",
    tool: "jest",
    tests: ["lambdas/collector"],
  },
  {
    name: "partition by arrival time",
    file: "lambdas/collector/stamp-event.ts",
    find: "context.timeStamps(occurredAtMs)",
    replace: "context.timeStamps(context.receivedAtMs)",
    tool: "jest",
    tests: ["lambdas/collector"],
  },
  {
    name: "drop the tenant from the join of offers with products",
    file: "spark/recommender/offers.py",
    find: '.join(items, ["tenant_id", "sku"], "inner")',
    replace: '.join(items.drop("tenant_id"), ["sku"], "inner")',
    tool: "spark",
    tests: [
      "spark/test_night_against_oracle.py::test_two_nights_in_a_row_are_what_plain_python_makes_of_the_same_rows",
    ],
  },
  {
    name: "drop the tenant from the join of purchases with loyalty cards",
    file: "spark/recommender/shoppers.py",
    find: 'purchases.join(cards, ["tenant_id", "loyalty_id"], "left")',
    replace: 'purchases.join(cards.drop("tenant_id"), ["loyalty_id"], "left")',
    tool: "spark",
    tests: [
      "spark/test_night_against_oracle.py::test_two_nights_in_a_row_are_what_plain_python_makes_of_the_same_rows",
    ],
  },
  {
    name: "publish the manifest over another one",
    file: "dags/stored.py",
    find: ', IfNoneMatch="*")',
    replace: ")",
    tool: "airflow",
    tests: ["dags/test_stored.py"],
  },
];
