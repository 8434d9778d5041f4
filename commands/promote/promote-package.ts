// Makes a package an environment's champion: its files first, champion.json last and only if nobody changed it meanwhile.
import { type Figures, objections, type PackageModel } from "./judge-package";

/** The folder `models/` of an environment. */
export interface ModelStore {
  read(path: string): Promise<{ readonly body: Uint8Array; readonly etag: string } | undefined>;
  /** Writes a file that is not there yet. Throws when another one is. */
  create(path: string, body: Uint8Array): Promise<void>;
  /** Writes over the version that was read; without one, a new file. Throws when it has changed. */
  replace(path: string, body: Uint8Array, etag: string | undefined): Promise<void>;
}

/** What is to be promoted. */
export interface Promotion {
  readonly name: string;
  readonly model: PackageModel;
  /** Every file of the package, model.json too, by its path below the package's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Figures of the candidate; its own `metrics` when absent. */
  readonly figures?: Figures;
  /** Figures of the champion on the same shoppers; its own `metrics` when absent. */
  readonly championFigures?: Figures;
}

const CHAMPION = "champion.json";

/** Promotes; what was the champion becomes the previous one. Throws an error of one sentence when it is refused. */
export async function promotePackage(promotion: Promotion, store: ModelStore): Promise<{ previous: string | null }> {
  const stood = await store.read(CHAMPION);
  const ladder = stood ? (json(stood.body) as { champion?: string | null }) : {};
  const previous = ladder.champion ?? null;
  if (previous === promotion.name) throw new Error(`${promotion.name} is the champion already.`);
  if (previous !== null) {
    const figures = promotion.figures ?? promotion.model.metrics;
    const against = objections(figures, promotion.championFigures ?? (await figuresOf(previous, store)));
    if (against.length > 0) throw new Error(`${promotion.name} does not replace ${previous}. ${against.join(" ")}`);
  }
  // model.json last: a package without it is none.
  const ordered = [...promotion.files].sort(([one], [other]) => +(one === "model.json") - +(other === "model.json"));
  for (const [path, body] of ordered) await put(`${promotion.name}/${path}`, body, store);
  const next = `${JSON.stringify({ champion: promotion.name, previous }, null, 2)}\n`;
  await store.replace(CHAMPION, Buffer.from(next), stood?.etag);
  return { previous };
}

async function put(path: string, body: Uint8Array, store: ModelStore): Promise<void> {
  const there = await store.read(path);
  if (!there) return store.create(path, body);
  if (!Buffer.from(there.body).equals(Buffer.from(body)))
    throw new Error(`models/${path} holds something else: a version never changes, make the next one.`);
}

async function figuresOf(name: string, store: ModelStore): Promise<Figures> {
  const model = await store.read(`${name}/model.json`);
  return model ? ((json(model.body) as { metrics?: Figures }).metrics ?? {}) : {};
}

const json = (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString("utf8"));
