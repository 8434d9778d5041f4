// `npm run promote -- NAME/VERSION --env E`: a package of this folder becomes an environment's champion.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { prefixOf } from "../../bootstrap/place";
import { ENVIRONMENTS } from "../../environments/all";
import { repositoryRoot } from "../../local/lambda/repository-root";
import { placeNamed, s3ClientOf } from "../environment-place";
import { runCommand, say } from "../run-command";
import { figuresIn } from "./figures-in";
import { readPackage } from "./judge-package";
import { type ModelStore, promotePackage } from "./promote-package";

const USAGE =
  "npm run promote -- NAME/VERSION --env E [--models DIR] [--figures FILE] [--champion-figures FILE] [--endpoint URL]";
const text = { type: "string" } as const;

function s3Store(client: S3Client, bucket: string): ModelStore {
  const key = (path: string) => ({ Bucket: bucket, Key: `models/${path}` });
  const put = async (path: string, body: Uint8Array, condition: object): Promise<void> => {
    await client.send(new PutObjectCommand({ ...key(path), Body: body, ...condition }));
  };
  return {
    async read(path) {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand(key(path)));
        return Body && { body: await Body.transformToByteArray(), etag: ETag ?? "" };
      } catch (error) {
        if (error instanceof Error && error.name === "NoSuchKey") return undefined;
        throw error;
      }
    },
    create: (path, body) => put(path, body, { IfNoneMatch: "*" }),
    replace: (path, body, etag) => put(path, body, etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag }),
  };
}

const run = async (): Promise<void> => {
  const options = { env: text, models: text, figures: text, "champion-figures": text, endpoint: text };
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  const [name, ...more] = positionals;
  if (!name || !/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(name) || more.length > 0)
    throw new Error(`received ${JSON.stringify(positionals.join(" "))}, expected one package: ${USAGE}`);
  const place = placeNamed(values, ENVIRONMENTS, USAGE);
  const models = values.models ?? join(repositoryRoot(), "models");
  const schema = JSON.parse(readFileSync(join(repositoryRoot(), "models", "model.schema.json"), "utf8")) as object;
  const read = (path: string) => {
    const file = join(models, name, path);
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  if (!existsSync(join(models, name)) || readdirSync(join(models, name)).length === 0)
    throw new Error(`There is no package ${name} in ${models}.`);
  const model = readPackage(name, schema, read);
  const paths = [...Object.keys(model.files), "model.json"];
  const files = new Map(paths.map((path) => [path, read(path) ?? new Uint8Array()]));
  const [figures, champion] = [values.figures, values["champion-figures"]].map((file) => file && figuresIn(file));
  const promotion = {
    name,
    model,
    files,
    ...(figures && { figures }),
    ...(champion && { championFigures: champion }),
  };
  const { previous } = await promotePackage(
    promotion,
    s3Store(s3ClientOf(place), `${prefixOf(place.environment.name)}-artifacts`),
  );
  say(
    `${name} is the champion of ${place.environment.name} from the next night on; before it was ${previous ?? "none"}.`,
  );
};

runCommand(run);
