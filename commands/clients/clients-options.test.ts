import { ENVIRONMENTS } from "../../environments/all";
import { readClientsOptions } from "./clients-options";

const read = (line: string) => readClientsOptions(line.split(" "), ENVIRONMENTS, ["v1/purchase", "v1/shopper"]);

test("a command says what, for whom and where", () => {
  expect(read("add --chain azul --tier small --contracts v1/purchase,v1/shopper --env dev")).toMatchObject({
    command: { kind: "add", chain: "azul", tier: "small", scopes: ["v1/purchase", "v1/shopper"] },
    environment: { name: "dev" },
  });
  expect(read("list --env local --endpoint http://127.0.0.1:4566").endpoint).toBe("http://127.0.0.1:4566");
});

test.each([
  ["drop --env dev", "expected one command"],
  ["list", "--env: received none"],
  ["list --env prd", "known are local, dev, staging, prod"],
  ["list --env local", "--endpoint is"],
  ["list --env dev --endpoint http://127.0.0.1:1", "--endpoint is"],
  ["list --env local --endpoint http://10.0.0.1:1", "--endpoint is"],
  ["rotate --env dev", "rotate needs --chain"],
  ["rotate --chain Azul --env dev", "received Azul"],
  ["add --chain azul --tier huge --contracts * --env dev", "known are small, medium, large"],
  ["add --chain azul --tier small --contracts v1/sale --env dev", "received v1/sale"],
  ["revoke --env dev", "revoke needs --key-id"],
])("%j is refused with one sentence", (line, sentence) => {
  expect(() => read(line)).toThrow(sentence);
});
