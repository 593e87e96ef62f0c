import { parseArgs } from 'node:util';
import { searchSorts, type SearchSort } from '../../contract/discover.contract.ts';
import { MAX_SEARCH_LENGTH } from '../../contract/hub-reference.ts';
import { cacheTypes, type CacheType, type PlanWishes } from '../../contract/plan.contract.ts';
import { problemError } from '../../contract/problem.ts';
import { UsageError } from './usage.ts';

const commands = ['hardware', 'measure', 'plan', 'chat', 'models'] as const;
const modelsActions = ['list', 'show', 'remove', 'import', 'search', 'download', 'verify'] as const;
export type Command = (typeof commands)[number];
type ModelsAction = (typeof modelsActions)[number];

export interface Arguments {
  command: Command;
  json: boolean;
  dataDir: string | undefined;
  /** Of models: what to do with them. */
  action: ModelsAction | undefined;
  /** Where models lie and are put. */
  modelsDir: string | undefined;
  /** Of measure, plan and models: files, folders, `hf:owner/name` and addresses; of models search: words. */
  sources: readonly string[];
  /** Of models import: the file moves instead of staying where it is. */
  move: boolean | undefined;
  /** Of models search. */
  sort: SearchSort | undefined;
  limit: number | undefined;
  /** Of plan, but for the context. */
  wishes: PlanWishes;
  /** Of plan: the path of a machine file. */
  machine: string | undefined;
  /** Of plan: paths of what is loaded beside the models. */
  beside: { draft: string | undefined; adapters: readonly string[] } | undefined;
  /** Of chat. */
  file: string | undefined;
  contextSize: number | undefined;
  prompt: string | undefined;
  systemPrompt: string | undefined;
  temperature: number | undefined;
  maxTokens: number | undefined;
  seed: number | undefined;
}

const options = {
  json: { type: 'boolean' },
  'data-dir': { type: 'string' },
  'models-dir': { type: 'string' },
  context: { type: 'string' },
  'cache-k': { type: 'string' },
  'cache-v': { type: 'string' },
  'reserve-mib': { type: 'string' },
  'min-speed': { type: 'string' },
  machine: { type: 'string' },
  draft: { type: 'string' },
  adapter: { type: 'string', multiple: true },
  move: { type: 'boolean' },
  sort: { type: 'string' },
  limit: { type: 'string' },
  model: { type: 'string' },
  prompt: { type: 'string' },
  system: { type: 'string' },
  temperature: { type: 'string' },
  'max-tokens': { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;
type OptionName = keyof typeof options;

const shared: readonly OptionName[] = ['json', 'data-dir', 'help', 'version'];
const allowed: Record<Command, readonly OptionName[]> = {
  hardware: shared,
  measure: shared,
  plan: [
    ...shared,
    'context',
    'cache-k',
    'cache-v',
    'reserve-mib',
    'min-speed',
    'machine',
    'draft',
    'adapter',
  ],
  models: [...shared, 'models-dir', 'move', 'sort', 'limit'],
  chat: [...shared, 'context', 'model', 'prompt', 'system', 'temperature', 'max-tokens', 'seed'],
};

/**
 * Reads the command line. Throws a `UsageError` for anything that is not exactly as the usage says, and a
 * problem for a type of cache that does not exist.
 */
export function parseArguments(argv: readonly string[]): Arguments | 'help' | 'version' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  if (values.version) return 'version';
  const [name, ...rest] = positionals;
  const command = commands.find((candidate) => candidate === name);
  if (command === undefined) {
    throw new UsageError(name === undefined ? 'A command is missing.' : `There is no command "${name}".`);
  }
  for (const option of Object.keys(values) as OptionName[]) {
    if (!allowed[command].includes(option)) throw new UsageError(`"${command}" takes no --${option}.`);
  }
  const action = command === 'models' ? modelsAction(rest.shift()) : undefined;
  const takesSources = command === 'plan' || command === 'models' || command === 'measure';
  const sources = takesSources ? rest : [];
  if (action) checkModelsArguments(action, rest, Object.keys(values) as OptionName[]);
  if (!takesSources && rest.length > 0) throw new UsageError(`"${rest[0]}" is one argument too many.`);
  if (command === 'plan' && sources.length === 0) throw new UsageError('"plan" needs a FILE.');
  if (command === 'chat' && values.prompt === undefined) throw new UsageError('"chat" needs --prompt TEXT.');
  return {
    command,
    action,
    modelsDir: values['models-dir'],
    move: values.move,
    sort: searchSort(values.sort),
    limit: integer('limit', values.limit, 1, 100),
    json: values.json ?? false,
    dataDir: values['data-dir'],
    sources,
    wishes: wishesOf(values),
    machine: values.machine,
    beside:
      values.draft === undefined && values.adapter === undefined
        ? undefined
        : { draft: values.draft, adapters: values.adapter ?? [] },
    file: values.model,
    contextSize: integer('context', values.context, 256, 2 ** 24),
    prompt: values.prompt,
    systemPrompt: values.system,
    temperature: number('temperature', values.temperature, 0, 5),
    maxTokens: integer('max-tokens', values['max-tokens'], 1, 1_000_000),
    seed: integer('seed', values.seed, 0, 2 ** 32 - 1),
  };
}

function modelsAction(name: string | undefined): ModelsAction {
  const action = modelsActions.find((candidate) => candidate === name);
  if (action) return action;
  const known = modelsActions.join(', ');
  throw new UsageError(`"models" needs one of ${known}${name === undefined ? '' : `, not "${name}"`}.`);
}

/** What each action needs besides its name; `list` needs nothing, `search` and `verify` take any number. */
const needs: Partial<Record<ModelsAction, string>> = {
  show: 'MODEL: its number, path or name',
  remove: 'MODEL: its number, path or name',
  import: 'FILE',
  download: 'SOURCE: hf:owner/name:level or an https address',
};

/** Options that one action alone takes. */
const ownOptions: Partial<Record<OptionName, ModelsAction>> = {
  move: 'import',
  sort: 'search',
  limit: 'search',
};

function checkModelsArguments(
  action: ModelsAction,
  rest: readonly string[],
  given: readonly OptionName[],
): void {
  const needed = needs[action];
  if (needed !== undefined && rest.length !== 1)
    throw new UsageError(`"models ${action}" needs one ${needed}.`);
  if (action === 'list' && rest.length > 0) throw new UsageError(`"${rest[0]}" is one argument too many.`);
  if (action === 'search' && rest.join(' ').length > MAX_SEARCH_LENGTH)
    throw new UsageError(`"models search" takes ${MAX_SEARCH_LENGTH} letters at most.`);
  for (const option of given) {
    const { [option]: owner = action } = ownOptions;
    if (owner !== action) throw new UsageError(`"models ${action}" takes no --${option}.`);
  }
}

function wishesOf(values: ReturnType<typeof parse>['values']): PlanWishes {
  const wishes = {
    cacheTypeK: cacheType('cache-k', values['cache-k']),
    cacheTypeV: cacheType('cache-v', values['cache-v']),
    reserveMib: integer('reserve-mib', values['reserve-mib'], 0, 1_048_576),
    minTokensPerSecond: number('min-speed', values['min-speed'], 0, 10_000),
  };
  return Object.fromEntries(Object.entries(wishes).filter(([, wish]) => wish !== undefined));
}

function searchSort(text: string | undefined): SearchSort | undefined {
  const sort = searchSorts.find((known) => known === text);
  if (text === undefined || sort) return sort;
  throw new UsageError(`--sort takes one of ${searchSorts.join(', ')}, not "${text}".`);
}

function cacheType(name: string, text: string | undefined): CacheType | undefined {
  if (text === undefined) return undefined;
  const type = cacheTypes.find((known) => known === text.toLowerCase());
  if (type) return type;
  const reason = `"${text}" is no type of cache that Nibble uses; there are ${cacheTypes.join(', ')}`;
  throw problemError('request.invalid', { field: `--${name}`, reason });
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's sentence names the option; its hint about `--` that follows helps nobody here.
    const [sentence = 'The command line cannot be read'] = String((error as Error).message).split('. ');
    throw new UsageError(sentence.endsWith('.') ? sentence : `${sentence}.`);
  }
}

function number(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= least && value <= most)) {
    throw new UsageError(`--${name} takes a number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}

function integer(name: string, text: string | undefined, least: number, most: number): number | undefined {
  const value = number(name, text, least, most);
  if (value !== undefined && !Number.isInteger(value)) {
    throw new UsageError(`--${name} takes a whole number, not "${text}".`);
  }
  return value;
}
