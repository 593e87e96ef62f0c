import { readFile } from 'node:fs/promises';
import { catalogueSchema, type Catalogue } from '../../contract/catalogue.ts';

/** The shipped catalogue. It is part of the program: one that cannot be read is a defect. */
export async function readCatalogue(path: string): Promise<Catalogue> {
  return catalogueSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
