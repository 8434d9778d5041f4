import { App, TerraformStack, Token } from "cdktf";
import { checkAll, type Rule, refuseAtSynth, violations } from "./rules";

interface Buffer {
  readonly seconds: number;
}

const RULES: Rule<Buffer>[] = [
  {
    rule: "seconds is at least 60",
    received: ({ seconds }) => seconds,
    holds: ({ seconds }) => seconds >= 60,
    remedy: "take 60",
  },
  {
    rule: "seconds is even",
    received: ({ seconds }) => seconds,
    holds: ({ seconds }) => seconds % 2 === 0,
    remedy: "take an even number",
  },
];

test("every broken rule is named with the value received, the rule and what to do", () => {
  expect(violations("buffer", { seconds: 59 }, RULES)).toEqual([
    "buffer: received 59; rule: seconds is at least 60; take 60",
    "buffer: received 59; rule: seconds is even; take an even number",
  ]);
});

test("a subject that keeps the rules passes", () => {
  expect(violations("buffer", { seconds: 60 }, RULES)).toEqual([]);
});

test("a value that only Terraform will know is left to Terraform", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a Terraform reference.
  expect(violations("buffer", { seconds: Token.asNumber("${var.seconds}") }, RULES)).toEqual([]);
});

test("what two stacks refuse is named at once, before either is written", () => {
  const app = new App();
  for (const [name, seconds] of Object.entries({ first: 59, second: 61 })) {
    refuseAtSynth(new TerraformStack(app, name), name, { seconds }, RULES);
  }
  expect(() => checkAll(app)).toThrow(/first: received 59.*\n.*first: received 59.*\n.*second: second: received 61/);
});
