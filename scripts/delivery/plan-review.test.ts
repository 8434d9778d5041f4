// A reviewer reads first what is lost, then what changes, then what is new, each with its reason.
import { create, destroyed, lines, resource, review, reviews, update } from "./review-fixture";

const replaced = resource(
  "aws_lambda_function.sender",
  {
    actions: ["delete", "create"],
    before: { function_name: "old", memory_size: 128 },
    after: { function_name: "new", memory_size: 256 },
    replace_paths: [["function_name"]],
  },
  { action_reason: "replace_because_cannot_update" },
);

test("the headline counts what Terraform counts, and what is replaced apart", () => {
  const text = review([
    create("aws_a.a"),
    create("aws_a.b"),
    update({ a: 1 }, { a: 2 }),
    replaced,
    destroyed("aws_b.b"),
  ]);
  expect(text).toContain("## dev: 2 to add, 1 to change, 1 to destroy, 1 to replace\n");
  const idle = resource("aws_a.a", { actions: ["no-op"] });
  const read = resource("data.aws_a.a", { actions: ["read"] }, { mode: "data" });
  expect(review([idle, read])).toContain("## dev: no changes");
});

test("what is destroyed or replaced stands first, what holds data before all, each with its reason", () => {
  const text = review([create("aws_a.new"), update({ a: 1 }, { a: 2 }), replaced, destroyed("aws_s3_bucket.in")]);
  expect(text).toContain("> [!CAUTION]\n> **2 destroyed or replaced, 1 of them with data.**");
  const [first, second] = lines(text);
  expect(first).toBe(
    "- **destroyed** `aws_s3_bucket.in` — **holds data: objects** — it is no longer in the configuration",
  );
  expect(second).toBe(
    '- **replaced** `aws_lambda_function.sender` — this cannot be changed in place; `function_name`: `"old"` → `"new"`',
  );
  const order = ["[!CAUTION]", "### Changes", "### New"].map((part) => text.indexOf(part));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBeGreaterThan(0);
});

test("a replacement's other changes are not lost behind its reason", () => {
  const { change, address } = replaced;
  const changes = [{ ...replaced, name: "sender", change: { ...change, after_unknown: { arn: true, role: true } } }];
  const resources = [{ address, expressions: { function_name: {}, memory_size: {}, role: {} } }];
  // What AWS alone decides, here the ARN, is nobody's change.
  expect(lines(review(changes, { configuration: { root_module: { resources } } })).slice(1)).toEqual([
    "- `memory_size`: `128` → `256`",
    "- `role`: `null` → (known after apply)",
  ]);
  expect(review(changes)).toContain("- `arn`: `null` → (known after apply)");
});

test("what a replacement left over is no loss of data", () => {
  const rest = resource("aws_s3_bucket.in", { actions: ["delete"], before: {} }, { deposed: "0a1b2c3d" });
  expect(lines(review([rest]))).toEqual(["- **destroyed** `aws_s3_bucket.in` (left over by a replacement)"]);
});

test("what moves, is taken over, forgotten or was changed outside Terraform is said", () => {
  const moved = resource("aws_a.new", { actions: ["no-op"] }, { previous_address: "aws_a.old" });
  const imported = resource("aws_b.b", { actions: ["no-op"], importing: { id: "b" } });
  const forgotten = resource("aws_s3_bucket.in", { actions: ["forget"], before: {} });
  const outside = { resource_drift: [{ address: "aws_thing.one" }] };
  expect(lines(review([moved, imported, forgotten, update({ a: 1 }, { a: 2 })], outside))).toEqual([
    "- moved: `aws_a.old` → `aws_a.new`",
    "- taken over from AWS: `aws_b.b`",
    "- **forgotten** `aws_s3_bucket.in`: it stays in AWS, and Terraform knows it no more — **holds data: objects**",
    "- was changed outside Terraform",
    "- `a`: `1` → `2`",
  ]);
});

test("what is new is grouped by the module that makes it", () => {
  const paths = { "aws_a.a": "dev/lake/in/a", "aws_a.b": "dev/dispatch/b", "aws_a.c": "dev/lake/c" };
  const text = review(
    ["aws_a.a", "aws_a.b", "aws_a.c", "aws_a.d"].map((address) => create(address)),
    {},
    paths,
  );
  expect(
    [...text.matchAll(/<summary><code>([a-z ]+)<\/code>: (\d)/g)].map(([, name, number]) => [name, number]),
  ).toEqual([
    ["dispatch", "1"],
    ["lake", "2"],
    ["the stack itself", "1"],
  ]);
});

test("the same plan gives the same bytes, in whatever order Terraform lists it", () => {
  const changes = [
    create("aws_a.a"),
    destroyed("aws_b.b"),
    destroyed("aws_s3_bucket.in"),
    replaced,
    update({ a: 1 }, { a: 2 }),
  ];
  const [one, again, reversed] = reviews(
    [changes, changes, changes.toReversed()].map((resource_changes) => ({ resource_changes })),
  );
  expect(again).toBe(one);
  expect(reversed).toBe(one);
});
