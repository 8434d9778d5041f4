import { parseLine } from "./parse-line";

const parse = (text: string) => parseLine(Buffer.from(text));

test.each(["", " ", "\r", "\t \r", "\uFEFF"])("%j is blank", (text) => {
  expect(parse(text)).toEqual({ kind: "blank" });
});

test.each([
  ["no JSON", "{"],
  ["plain text", "hello"],
  ["an array", '["a"]'],
  ["null", "null"],
  ["a number", "1"],
  ["no chain", '{"contract":"purchase","event":{}}'],
  ["no contract", '{"chain":"a","event":{}}'],
  ["a chain in capitals", '{"chain":"A","contract":"purchase"}'],
  ["an empty chain", '{"chain":"","contract":"purchase"}'],
  ["a chain of 33 characters", `{"chain":"${"a".repeat(33)}","contract":"purchase"}`],
  ["a chain with a line feed", '{"chain":"a\\n","contract":"purchase"}'],
  ["a chain that is no text", '{"chain":1,"contract":"purchase"}'],
  ["an empty contract", '{"chain":"a","contract":""}'],
  ["a contract that is no text", '{"chain":"a","contract":1}'],
  ["a chain of the prototype", '{"__proto__":{"chain":"a","contract":"b"}}'],
])("%s cannot be sent", (_what, text) => {
  expect(parse(text)).toMatchObject({ kind: "unusable" });
});

test("a line that is no UTF-8 cannot be sent", () => {
  expect(parseLine(Buffer.from([0x22, 0xff, 0x22]))).toEqual({ kind: "unusable" });
});

test("a line that cannot be sent still tells when it happened", () => {
  expect(parse('{"event":{"occurred_at":"x"}}')).toEqual({ kind: "unusable", occurredAt: "x" });
});

test("an event is passed on as its very characters, whatever JSON would make of them", () => {
  const event = '{ "n": 1e999, "big": 12345678901234567890, "__proto__": {"a":"}\\"],"} }';
  expect(parse(`\uFEFF{"chain":"a-1","contract":"..","event":${event} }\r`)).toEqual({
    kind: "event",
    chain: "a-1",
    contract: "..",
    event,
    receivedAt: undefined,
    occurredAt: undefined,
  });
});

test("of two events the last one counts, and an escaped name is the same name", () => {
  const line = parse('{"event":1,"chain":"a","x":[{"event":2}],"ev\\u0065nt":{"occurred_at":"t"},"contract":"c"}');
  expect(line).toMatchObject({ event: '{"occurred_at":"t"}', occurredAt: "t" });
});

test("a line without an event is sent as null, to be rejected", () => {
  expect(parse('{"chain":"a","contract":"c","received_at":"r"}')).toMatchObject({ event: "null", receivedAt: "r" });
});

test("nesting too deep to be written again is passed on as it is", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  expect(parse(`{"chain":"a","contract":"c","event":${deep}}`)).toMatchObject({ event: deep });
});
