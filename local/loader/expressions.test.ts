// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are Terraform's own syntax
import { createResolver } from "./resolver";
import { type JsonObject, parseStack } from "./stack";

const document: JsonObject = {
  provider: { aws: [{ region: "sa-east-1" }] },
  data: { aws_caller_identity: { me: {} } },
  resource: {
    aws_sqs_queue: { a: { name: "queue-a", tags: { "odd key": "v" }, list: [{ x: 1 }, { x: 2 }] } },
    loop: { a: { one: "${loop.a.two}", two: "${loop.a.one}" } },
  },
};
const stack = parseStack(document, "/nowhere");
const resolver = createResolver(stack, (block, attribute) =>
  block.type === "aws_caller_identity" && attribute === "account_id" ? "42" : undefined,
);

test.each([
  ["plain", "plain"],
  ["${aws_sqs_queue.a.name}", "queue-a"],
  ["arn:${data.aws_caller_identity.me.account_id}:${aws_sqs_queue.a.name}", "arn:42:queue-a"],
  ["${aws_sqs_queue.a.list[1].x}", 2],
  ['${aws_sqs_queue.a.tags["odd key"]}', "v"],
  ["$${not.a.reference}", "${not.a.reference}"],
  ["{a:.a} !{partitionKeyFromQuery:a} $context.id", "{a:.a} !{partitionKeyFromQuery:a} $context.id"],
  [
    '${jsonencode({"b" = [1, true, null], "a" = "x-${aws_sqs_queue.a.name}", c = {}})}',
    '{"a":"x-queue-a","b":[1,true,null],"c":{}}',
  ],
  ['${jsonencode("<&>")}', '"\\u003c\\u0026\\u003e"'],
  ['${join("/", ["a", aws_sqs_queue.a.name])}', "a/queue-a"],
])("%s is %j", (raw, value) => {
  expect(resolver.value(raw)).toEqual(value);
});

test.each([
  ["${aws_sqs_queue.b.name}", "aws_sqs_queue.b.name refers to nothing"],
  ["${aws_sqs_queue.a.arn}", "aws_sqs_queue.a.arn has no value known"],
  ['${file("x")}', "the function file() is not known"],
  ["${a ? b : c}", "cannot read the expression"],
  ["%{if true}x%{endif}", "template directives are not supported"],
  ["${loop.a.one}", "refers to itself"],
  ["${aws_sqs_queue.a.name", 'expected "}"'],
])("%s is refused: %s", (raw, words) => {
  expect(() => resolver.value(raw)).toThrow(words);
});
