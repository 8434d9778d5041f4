// No policy allows every action, and what is about every resource is on one list that says why.
import { App, type TerraformStack, Testing } from "cdktf";
import { accountsOf, BootstrapStack } from "../bootstrap/bootstrap-stack";
import { type Clone, cloneFixture } from "../modules/shared/clone-fixture";
import { SOURCE_ROOT } from "../modules/shared/source-root";
import { ENVIRONMENTS } from "./all";
import { PlatformStack } from "./platform-stack";
import { STAR_RESOURCES } from "./star-resources";

interface Statement {
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly not_actions?: readonly string[];
  readonly resources?: readonly string[];
}
interface Document {
  readonly path: string;
  readonly isKeyPolicy: boolean;
  readonly statements: readonly Statement[];
}

let clone: Clone;
let documents: readonly Document[];
beforeAll(() => {
  clone = cloneFixture();
  const app = new App({ context: { [SOURCE_ROOT]: clone.root } });
  const stacks: readonly TerraformStack[] = [
    ...ENVIRONMENTS.map((environment) => new PlatformStack(app, environment)),
    ...accountsOf(ENVIRONMENTS).map((account) => new BootstrapStack(new App(), account)),
  ];
  documents = stacks.flatMap((stack) => {
    const json = JSON.parse(Testing.synth(stack));
    const keys = JSON.stringify(json.resource.aws_kms_key ?? {});
    return Object.entries(json.data.aws_iam_policy_document ?? {}).map(([name, value]) => {
      const { statement } = value as { statement: readonly Statement[] };
      const path = name.replace(/_[0-9A-F]{8}$/, "").replaceAll("_", "/");
      return { path, isKeyPolicy: keys.includes(`aws_iam_policy_document.${name}.`), statements: statement };
    });
  });
});
afterAll(() => clone.remove());

const allowing = (document: Document) => document.statements.filter(({ effect }) => (effect ?? "Allow") === "Allow");

/** Actions that are allowed on every resource, as `document action`. */
const onEverything = (given: readonly Document[]): readonly (readonly [path: string, action: string])[] =>
  given
    .filter(({ isKeyPolicy }) => !isKeyPolicy)
    .flatMap((document) =>
      allowing(document)
        .filter(({ resources = [] }) => resources.includes("*"))
        .flatMap(({ actions = [] }) => actions.map((action) => [document.path, action] as const)),
    );

const isListed = ([path, action]: readonly [string, string]): boolean =>
  STAR_RESOURCES.some(({ document, actions }) => document.test(path) && actions.includes(action));

test("no statement allows an action by wildcard, or all but some", () => {
  expect(documents.length).toBeGreaterThan(100);
  const wild = documents.flatMap((document) =>
    allowing(document)
      .filter(({ actions = [], not_actions }) => not_actions || actions.some((action) => action.includes("*")))
      .map((statement) => [document.path, statement.actions ?? statement.not_actions]),
  );
  expect(wild).toEqual([]);
});

test("what is allowed on every resource is on the list", () => {
  expect(onEverything(documents).filter((found) => !isListed(found))).toEqual([]);
});

test("the list excuses nothing that is not there", () => {
  const found = onEverything(documents);
  const stale = STAR_RESOURCES.flatMap(({ document, actions }) =>
    actions.filter((action) => !found.some(([path, used]) => document.test(path) && used === action)),
  );
  expect(stale).toEqual([]);
});

test("a statement about every resource that is not on the list is found", () => {
  const [document] = documents;
  const more = { ...document!, isKeyPolicy: false, statements: [{ actions: ["s3:GetObject"], resources: ["*"] }] };
  expect(onEverything([more]).filter((found) => !isListed(found))).toEqual([[document!.path, "s3:GetObject"]]);
});
