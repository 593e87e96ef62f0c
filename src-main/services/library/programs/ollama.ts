import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { walkLimits, type FoundFile, type Walked } from '../places/place.ts';
import { readFolder } from '../places/walk-folder.ts';

/** Host, namespace, model, tag. */
const MANIFEST_DEPTH = 4;
const MAX_MANIFEST_BYTES = 1024 * 1024;
const MAX_NAME_LENGTH = 120;
const DEFAULT_HOST = 'registry.ollama.ai';
const DEFAULT_NAMESPACE = 'library';
const MODEL_LAYER = 'application/vnd.ollama.image.model';

/** Nothing but a checksum: it becomes a file's name. */
const digest = /^sha256[:-]([0-9a-f]{64})$/;

const manifestSchema = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest: z.string() })).max(10_000),
});

/**
 * Models that Ollama has downloaded: its manifests name them, its blobs are the files. A blob that several names lead to is
 * listed once.
 */
export async function walkOllama(root: string): Promise<Walked> {
  const walked: Walked = { state: 'here', files: [], closed: [], complete: true, empty: false };
  const entries = await readFolder(root);
  if (typeof entries === 'string') return { ...walked, state: entries };
  walked.empty = entries.length === 0;
  const byPath = new Map<string, FoundFile>();
  const manifests = await listManifests(join(root, 'manifests'));
  walked.complete = manifests.length <= walkLimits.files;
  for (const place of manifests.slice(0, walkLimits.files)) {
    const path = await modelBlob(root, join(root, 'manifests', ...place));
    if (path === null) continue;
    const stats = await stat(path).catch(() => null);
    if (!stats?.isFile()) continue;
    const name = ollamaName(place);
    const known = byPath.get(path);
    // `latest` says least of all names.
    if (known && !known.name?.endsWith(':latest')) continue;
    byPath.set(path, { path, sizeBytes: stats.size, mtimeMs: stats.mtimeMs, name, origin: null });
  }
  walked.files.push(...byPath.values());
  return walked;
}

/** `llama3.2:3b`, `someone/model:tag`, `hf.co/owner/name:Q4_K_M`: as one types it after `ollama run`. */
export function ollamaName([host = '', namespace = '', model = '', tag = '']: readonly string[]): string {
  const owner = namespace === DEFAULT_NAMESPACE && host === DEFAULT_HOST ? [] : [namespace];
  const from = host === DEFAULT_HOST ? [] : [host];
  return [...from, ...owner, `${model}:${tag}`].join('/').slice(0, MAX_NAME_LENGTH);
}

async function listManifests(root: string): Promise<string[][]> {
  let places: string[][] = [[]];
  for (let depth = 1; depth <= MANIFEST_DEPTH; depth++) {
    const below: string[][] = [];
    for (const place of places) {
      const entries = await readFolder(join(root, ...place));
      if (typeof entries === 'string') continue;
      for (const entry of entries) {
        const fits = depth === MANIFEST_DEPTH ? entry.isFile() : entry.isDirectory();
        if (fits && !entry.name.startsWith('.')) below.push([...place, entry.name]);
      }
      if (below.length > walkLimits.files) break;
    }
    places = below;
  }
  return places.sort();
}

/** The file of the manifest's model; null for a manifest that has none or cannot be believed. */
async function modelBlob(root: string, manifest: string): Promise<string | null> {
  const stats = await stat(manifest).catch(() => null);
  if (!stats?.isFile() || stats.size > MAX_MANIFEST_BYTES) return null;
  const layers = parseManifest(await readFile(manifest, 'utf8').catch(() => ''));
  const hex = digest.exec(layers?.find(({ mediaType }) => mediaType === MODEL_LAYER)?.digest ?? '')?.[1];
  if (hex === undefined) return null;
  const path = join(root, 'blobs', `sha256-${hex}`);
  if (await stat(path).catch(() => null)) return path;
  // As Ollama called them before October 2023.
  return join(root, 'blobs', `sha256:${hex}`);
}

function parseManifest(text: string): z.infer<typeof manifestSchema>['layers'] | null {
  try {
    return manifestSchema.parse(JSON.parse(text)).layers;
  } catch {
    // Damaged, or of something else: one manifest less.
    return null;
  }
}
