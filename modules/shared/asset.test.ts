import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { contentAsset, fileAsset } from "./asset";
import { refuseAtSynth } from "./rules";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mercafacil-asset-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const shipped = (stack = "test") => readdirSync(join(folder, "out", "stacks", stack, "assets"));

/** Synthesizes one stack that ships what `build` says. */
function synth<T>(build: (stack: TerraformStack) => T): T {
  const app = new App({ outdir: join(folder, "out") });
  const built = build(new TerraformStack(app, "test"));
  app.synth();
  return built;
}

test("a file and a content lie where their paths say, with the hash that they say", () => {
  const file = join(folder, "night.py");
  writeFileSync(file, "night = 1\n");
  const assets = synth((stack) => [fileAsset(stack, file), contentAsset(stack, "code.zip", Buffer.from("zip"))]);
  for (const [place, content] of ["night = 1\n", "zip"].entries()) {
    const { path, contentHash } = assets[place]!;
    expect(readFileSync(join(folder, "out", "stacks", "test", path), "utf8")).toBe(content);
    expect(contentHash).toBe(createHash("sha256").update(content).digest("base64"));
  }
  expect(shipped()).toEqual([expect.stringMatching(/^code\..*\.zip$/), expect.stringMatching(/^night\..*\.py$/)]);
});

test("one name with two contents is two files, and with one content one", () => {
  synth((stack) => ["a", "b", "a"].map((content) => contentAsset(stack, "model.json", Buffer.from(content))));
  expect(shipped()).toHaveLength(2);
});

test("what is not shipped any more leaves the folder, and what somebody changed there is put right", () => {
  const { path } = synth((stack) => contentAsset(stack, "kept.json", Buffer.from("kept")));
  synth((stack) => contentAsset(stack, "dropped.json", Buffer.from("dropped")));
  expect(shipped()).toEqual([expect.stringMatching(/^dropped/)]);
  writeFileSync(join(folder, "out", "stacks", "test", path), "lost");
  synth((stack) => contentAsset(stack, "kept.json", Buffer.from("kept")));
  expect(readFileSync(join(folder, "out", "stacks", "test", path), "utf8")).toBe("kept");
  expect(shipped()).toEqual([expect.stringMatching(/^kept/)]);
});

test("a stack that synth refuses ships nothing", () => {
  const rules = [{ rule: "no", received: () => 1, holds: () => false, remedy: "no" }];
  const refused = () =>
    synth((stack) => {
      contentAsset(stack, "kept.json", Buffer.from("kept"));
      refuseAtSynth(stack, "stack", {}, rules);
    });
  expect(refused).toThrow("rule: no");
  expect(() => shipped()).toThrow("ENOENT");
});
