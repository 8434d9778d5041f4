// A reviewer sees exactly what changes in a resource, and no value can hide anything or speak for itself.
import * as fc from "fast-check";
import { destroyed, lines, resource, review, reviews, update } from "./review-fixture";

test("a changed policy shows the one action that is new", () => {
  const policy = (...actions: string[]) =>
    JSON.stringify({
      Statement: [
        { Sid: "Read", Action: ["s3:GetObject", ...actions] },
        { Sid: "List", Action: "s3:ListBucket" },
      ],
    });
  expect(lines(review([update({ policy: policy() }, { policy: policy("s3:PutObject") })]))).toEqual([
    '- `policy.Statement[0].Action` gains `"s3:PutObject"`',
  ]);
  const other = '{ "Statement": [] }';
  expect(lines(review([update({ policy: '{"Statement":[]}' }, { policy: other })]))).toEqual([
    "- `policy`: the same JSON, written otherwise",
  ]);
});

test("entries of a set are compared as wholes, wherever they stand", () => {
  const text = review([update({ ids: ["a", "b", "c"] }, { ids: ["c", "d", "a"] })]);
  expect(lines(text)).toEqual(['- `ids` loses `"b"`; gains `"d"`']);
  expect(lines(review([update({ ids: ["a", "b"] }, { ids: ["b", "a"] })]))).toEqual([
    "- `ids`: the same entries in another order",
  ]);
  expect(lines(review([update({ ids: ["a", "a"] }, { ids: ["a"] })]))).toEqual(['- `ids` loses `"a"`']);
});

test("a list that loses many entries shows ten and counts the others", () => {
  const ids = [...Array(25).keys()].map((place) => `id-${place}`);
  const [line] = lines(review([update({ ids }, { ids: ["other"] })]));
  expect(line).toMatch(/^- `ids` loses (`"id-\d"`, ){9}`"id-9"` and 15 more; gains `"other"`$/);
});

test("one entry of a block that changes is shown by its attribute", () => {
  const [before, after] = [1, 2].map((days) => ({
    rule: [
      { id: "x", days: 9 },
      { id: "y", days },
    ],
  }));
  expect(lines(review([update(before!, after!)]))).toEqual(["- `rule[1].days`: `1` → `2`"]);
});

const SECRET = "correct horse battery";
const secretly = (value: unknown, mark: unknown) => ({ value: { a: value }, mark: { a: mark } });
test.each([
  ["a text", secretly(SECRET, true)],
  ["a map's entry", secretly({ key: SECRET }, { key: true })],
  ["an entry of a list", secretly([SECRET], [true])],
  ["inside JSON", secretly(JSON.stringify({ key: SECRET }), true)],
  ["all of it", { value: { a: SECRET }, mark: true }],
])("what is sensitive is not shown: %s", (_what, { value, mark }) => {
  const actions = ["update"];
  const other = { a: "something else" };
  const changes = [
    { before: other, after: value, before_sensitive: {}, after_sensitive: mark },
    { before: value, after: other, before_sensitive: mark, after_sensitive: {} },
    { before: value, after: { a: null }, before_sensitive: mark, after_sensitive: mark, after_unknown: { a: true } },
  ];
  const texts = changes.map((change) => review([resource("aws_thing.one", { actions, ...change })]));
  texts.push(review([resource("aws_thing.one", { actions: ["create"], after: value, after_sensitive: mark })]));
  texts.push(review([], { output_changes: { out: { ...changes[0], actions } } }));
  for (const text of texts) {
    expect(text).not.toContain(SECRET);
    // What stands in its place, or stood there, would tell of it.
    expect(text).not.toContain("something else");
    expect(text).toContain("(sensitive)");
  }
});

test("of a map that is sensitive as a whole not even the names are shown", () => {
  const marks = { before_sensitive: { map: true }, after_sensitive: { map: true } };
  const text = review([update({ map: { [SECRET]: 1 } }, { map: { [SECRET]: 2 } }, marks)]);
  expect(lines(text)).toEqual(["- `map`: (sensitive) → (sensitive)"]);
});

test("what is known only after the apply says so", () => {
  const unknown = { arn: true, tags: { at: true } };
  const text = review([update({ arn: "x", tags: { at: "1" } }, { tags: {} }, { after_unknown: unknown })]);
  expect(lines(text)).toEqual(['- `arn`: `"x"` → (known after apply)', '- `tags.at`: `"1"` → (known after apply)']);
});

test("a long value is cut around its first difference, and its length is said", () => {
  const [same, rest] = ["s".repeat(5_000), "r".repeat(5_000)];
  const [line] = lines(review([update({ text: `${same}A${rest}` }, { text: `${same}B${rest}` })]));
  expect(line).toMatch(/^- `text`: `…s{40}Ar+…` \(10,003 characters\) → `…s{40}Br+…` \(10,003 characters\)$/);
  expect(line!.length).toBeLessThan(500);
});

test("a resource shows at most 60 attributes and counts the others", () => {
  const all = (value: number) => Object.fromEntries([...Array(70).keys()].map((place) => [`a${place}`, value]));
  const shown = lines(review([update(all(1), all(2))]));
  expect(shown).toHaveLength(61);
  expect(shown.at(-1)).toBe("- and 10 more");
});

/** A text without its code spans, as CommonMark finds them: a row of backticks up to the next one of the same length. */
function outsideCode(text: string): string {
  const row = /(?<!`)(`+)(?!`)/.exec(text);
  if (row === null) return text;
  const begin = row.index + row[1]!.length;
  const end = new RegExp(`(?<!\`)${row[1]}(?!\`)`).exec(text.slice(begin));
  if (end === null) return text;
  return text.slice(0, row.index) + outsideCode(text.slice(begin + end.index + end[0].length));
}

test("no value leaves its code: no tag, heading, table, link or mention of its own", () => {
  const sign = fc.constantFrom(
    "`",
    "``",
    "|",
    "<",
    ">",
    "&",
    "@",
    "#",
    "*",
    "[",
    "]",
    "(",
    "\\",
    "\n",
    "\u202e",
    " ",
    "x",
  );
  const hostile = fc.sample(
    fc.array(sign, { minLength: 1, maxLength: 12 }).map((signs) => signs.join("")),
    {
      numRuns: 300,
      seed: 7,
    },
  );
  const named = ["@plain", ...hostile.map((text) => `@team${text}<img>`)];
  const plans = named.map((text) => ({
    resource_changes: [
      resource(`aws_thing.one[${JSON.stringify(text)}]`, {
        actions: ["update"],
        before: { [text]: text, list: [text] },
        after: { [text]: "y", list: [] },
      }),
      destroyed(`aws_thing.gone[${JSON.stringify(text)}]`),
    ],
    output_changes: { out: { actions: ["create"], before: null, after: text } },
  }));
  const texts = reviews(plans);
  // Around its code, every text is the one of the plain value.
  const around = new Set(texts.map((text) => outsideCode(text.replaceAll(/<code>[^<]*<\/code>/g, ""))));
  expect([...around]).toHaveLength(1);
  expect([...around][0]).not.toMatch(/plain|team/);
  expect(texts.join("")).not.toContain("\u202e");
});
