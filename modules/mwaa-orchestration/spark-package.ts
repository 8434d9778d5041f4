// The job's Python package is one zip, the same bytes wherever it is built: the recommender and the schemas of the
// contracts that it reads.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ArchiveEntry, archive } from "../shared/archive";
import { shippedFiles } from "../shared/files";

function entries(folder: string, archivePath: string, ending: string): ArchiveEntry[] {
  return shippedFiles(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => ({ path: `${archivePath}/${file}`, content: readFileSync(join(folder, file)) }));
}

/** The zip of `recommender/` with the Spark schemas in `recommender/contracts/`. */
export function sparkPackage(recommenderFolder: string, schemasFolder: string): Uint8Array {
  return archive([
    ...entries(recommenderFolder, "recommender", ".py"),
    ...entries(schemasFolder, "recommender/contracts", ".json"),
  ]);
}
