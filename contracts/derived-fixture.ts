// A generated/ of a test's own, made from a copy of the contracts that the test may change first.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Validator } from "../generated/validators";
import { generate } from "./generate";

/** Everything derived from a folder of contracts. */
export type Derived = {
  readonly contractsFolder: string;
  /** Derives everything anew. */
  readonly generate: () => void;
  readonly text: (file: string) => string;
  readonly validators: () => ReadonlyMap<string, Validator>;
  readonly remove: () => void;
};

/** A copy of the contracts in a folder of its own. */
export function copyOfContracts(): Derived {
  const root = mkdtempSync(path.join(tmpdir(), "contracts-"));
  const contractsFolder = path.join(root, "contracts");
  const target = path.join(root, "generated");
  cpSync(__dirname, contractsFolder, { recursive: true, filter: (file) => !file.endsWith(".ts") });
  // Compiled validators call Ajv's own small functions.
  symlinkSync(path.join(__dirname, "..", "node_modules"), path.join(root, "node_modules"));
  return {
    contractsFolder,
    generate: () => generate(contractsFolder, target, __dirname),
    text: (file) => readFileSync(path.join(target, file), "utf8"),
    validators: () => {
      const compiled: unknown = jest.requireActual(path.join(target, "validators.js"));
      return (compiled as { validators: ReadonlyMap<string, Validator> }).validators;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
