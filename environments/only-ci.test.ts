import { synthesize } from "../modules/shared/synth-fixture";
import { onlyCi } from "./only-ci";
import { prod } from "./prod";

const { data } = synthesize("/nowhere", (stack) => onlyCi(stack, prod));
const [condition] = data.aws_caller_identity!.caller!.lifecycle.precondition;

test("whoever plans or applies is asked for who they are, and is a role of CI's in the environment's own account", () => {
  const caller = "data.aws_caller_identity.applier.arn";
  const roles = ["deploy", "plan"].map(
    (role) => `startswith(${caller}, "arn:aws:sts::777788889999:assumed-role/mercafacil-prod-${role}/")`,
  );
  expect(condition.condition).toBe(`\${(${roles.join(" || ")})}`);
});

test("the refusal says who was expected, who came and what to do", () => {
  expect(condition.error_message).toMatch(
    /^prod is deployed by CI alone: expected .*mercafacil-prod-deploy.*; received \$\{data\.aws_caller_identity\.applier\.arn\}\. Merge .*\.$/,
  );
});
