/** How repositories of the Hugging Face Hub are named and looked for, for the window and the core alike. */

export interface HubReference {
  owner: string;
  name: string;
  /** In capitals, as levels are written in file names. */
  level: string | null;
}

const PREFIX = 'hf:';
/** The Hub's own limit on names. */
const MAX_NAME_LENGTH = 96;
const MAX_LEVEL_LENGTH = 40;
/** Of the words of a search. */
export const MAX_SEARCH_LENGTH = 200;

/** Letters, digits, `_`, `.` and `-`; begins and ends with neither of the last two, and has no two of them in a row. */
const namePattern = /^\w(?:[\w.-]*\w)?$/;
const levelPattern = /^[A-Za-z\d][\w-]*$/;

/** Whether a text is meant to name a repository on the Hub rather than a file. */
export function isHubReference(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** `hf:owner/name` or `hf:owner/name:level`; a sentence that says what is wrong with anything else. */
export function readHubReference(text: string): HubReference | string {
  if (!isHubReference(text)) return 'It does not begin with hf:';
  const [repository = '', level, ...more] = text.slice(PREFIX.length).split(':');
  if (more.length > 0) return 'It has more than one level';
  const [owner = '', name = '', ...rest] = repository.split('/');
  if (rest.length > 0) return 'After the name of the repository there is another /';
  for (const [what, part] of [
    ['owner', owner],
    ['name', name],
  ] as const) {
    if (part === '') return `The ${what} is missing`;
    if (!isHubName(part)) return `The ${what} is not one that the Hub allows`;
  }
  if (level !== undefined && (level.length > MAX_LEVEL_LENGTH || !levelPattern.test(level)))
    return 'What follows the colon is no level such as Q4_K_M';
  return { owner, name, level: level?.toUpperCase() ?? null };
}

/** `validate_repo_id` of huggingface_hub. */
export function isHubName(part: string): boolean {
  return (
    part.length <= MAX_NAME_LENGTH &&
    namePattern.test(part) &&
    !/--|\.\./.test(part) &&
    !part.toLowerCase().endsWith('.git')
  );
}

/** `owner/name` */
export function isRepositoryId(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every(isHubName);
}
