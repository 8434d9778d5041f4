import { html, type Part, textOf } from "./html";

const made = (part: Part): string => textOf(html`<td title="${part}">${part}</td>`);

test.each([
  ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
  [`"><img src=x onerror='x'>`, "&quot;&gt;&lt;img src=x onerror=&#39;x&#39;&gt;"],
  ["Pão & Cia &amp;", "Pão &amp; Cia &amp;amp;"],
  ["a\u0000b\u001bc\td", "a\ufffdb\ufffdc\td"],
])("%j stays text, in an element and in an attribute", (text, expected) => {
  expect(made(text)).toBe(`<td title="${expected}">${expected}</td>`);
  expect(made([text, text])).toBe(`<td title="${expected}${expected}">${expected}${expected}</td>`);
});

test("markup is put into markup as it is, and nothing is nothing", () => {
  expect(textOf(html`<p>${[html`<b>${1}</b>`, undefined, html`<i>&amp;${"&"}</i>`]}</p>`)).toBe(
    "<p><b>1</b><i>&amp;&amp;</i></p>",
  );
});

test("data cannot pass for markup, whatever its fields are called", () => {
  const parsed = JSON.parse('{"markup": "<b>x</b>", "Symbol(markup)": "<b>x</b>"}');
  expect(() => made(parsed)).toThrow(TypeError);
});
