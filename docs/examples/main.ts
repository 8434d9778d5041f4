// Each module over what somebody else made, and all four wired to each other: one stack each.
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { addDispatch } from "./dispatch";
import { addIngestion } from "./ingestion";
import { addLake } from "./lake";
import { addNights } from "./mwaa-orchestration";
import { addObservability } from "./observability";
import { platform } from "./platform";
import { theirLake, theirShoppers } from "./theirs";

const app = new App();

function stackOf(name: string, fill: (stack: TerraformStack) => void): void {
  const stack = new TerraformStack(app, name);
  new AwsProvider(stack, "aws", { region: platform.region });
  fill(stack);
}

stackOf("lake", addLake);
stackOf("ingestion", (stack) => addIngestion(stack, theirLake));
stackOf("mwaa-orchestration", (stack) => addNights(stack, theirLake));
stackOf("dispatch", (stack) => addDispatch(stack, { lake: theirLake, shoppers: theirShoppers }));
stackOf("observability", (stack) => addObservability(stack, []));
stackOf("all-four", (stack) => {
  const lake = addLake(stack);
  const { shoppers, panels: events } = addIngestion(stack, lake);
  const { panels: nights } = addNights(stack, lake);
  const { panels: sending } = addDispatch(stack, { lake, shoppers });
  addObservability(stack, [
    { title: "Events", panels: events },
    { title: "Nights", panels: nights },
    { title: "Sending", panels: sending },
  ]);
});

app.synth();
