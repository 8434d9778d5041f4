// The baseline of the synth benchmark: loads cdktf, builds the provider classes of a list, synthesizes; knows no platform.
import { readFileSync } from "node:fs";
import { App, TerraformStack } from "cdktf";

/** A class of the provider: the module it is exported by, and its name there. */
export interface ProviderClass {
  readonly module: string;
  readonly name: string;
}

/** By stack, the classes of all its elements, each as often as it was built. */
export type ProviderClasses = Readonly<Record<string, readonly ProviderClass[]>>;

type Construct = new (scope: TerraformStack, id: string, config: object) => unknown;

const main = (listFile: string): void => {
  const stacks = JSON.parse(readFileSync(listFile, "utf8")) as ProviderClasses;
  const app = new App();
  for (const [name, classes] of Object.entries(stacks)) {
    const stack = new TerraformStack(app, name);
    for (const [place, { module, name: className }] of classes.entries()) {
      const Class = (require(module) as Record<string, Construct>)[className];
      if (!Class) throw new Error(`${module} exports no ${className}`);
      new Class(stack, `element-${place}`, {});
    }
  }
  app.synth();
};

const [listFile] = process.argv.slice(2);
if (listFile !== undefined) main(listFile);
