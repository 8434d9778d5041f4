import { DataKey } from "./data-key";
import { type Block, type Synthesized, synthesize, TEST_PLATFORM } from "./synth-fixture";

const keyed = (disposable: boolean, publishers?: readonly string[]): Synthesized =>
  synthesize("/nowhere", (stack) => {
    const disposal = { environmentIsDisposable: disposable, destroyData: disposable };
    new DataKey(stack, { platform: TEST_PLATFORM, key: "lake", description: "events", disposal, publishers });
  });
const statements = (stack: Synthesized): Block[] =>
  stack.data.aws_iam_policy_document![stack.one("aws_kms_key").policy.split(".")[2]]!.statement;

test("a key rotates, is found by its alias, and cannot be lost by accident where data is kept", () => {
  const kept = keyed(false).one("aws_kms_key");
  expect(kept).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
  expect(kept.lifecycle).toEqual({ prevent_destroy: true });
  expect(keyed(true).one("aws_kms_key")).toMatchObject({ deletion_window_in_days: 7 });
  expect(keyed(true).one("aws_kms_alias").name).toBe("alias/mercafacil-test-lake");
});

test("nobody but the account and this environment's logs may use it, and no action is a wildcard", () => {
  const [account, logs, ...others] = statements(keyed(true));
  expect(account!.principals[0].identifiers).toEqual([expect.stringMatching(/^arn:aws:iam::.*:root$/)]);
  // Without this nobody could ever change the key's policy again.
  expect(account!.actions).toContain("kms:PutKeyPolicy");
  expect(logs!.principals[0].identifiers).toEqual(["logs.sa-east-1.amazonaws.com"]);
  expect(logs!.condition[0].values[0]).toContain(":log-group:*mercafacil-test*");
  expect(others).toEqual([]);
  for (const { actions } of statements(keyed(true))) expect(actions.join()).not.toContain("*");
});

test("a service that publishes by itself may do so for this account only", () => {
  const publisher = statements(keyed(true, ["cloudwatch.amazonaws.com"])).at(-1)!;
  expect(publisher.principals[0].identifiers).toEqual(["cloudwatch.amazonaws.com"]);
  expect(publisher.condition[0].variable).toBe("aws:SourceAccount");
});
