export const usage = `Usage: nibble <command> [options]

  hardware                     what this computer can do
  measure [FILE ...]           measures how fast this computer is, and what suits models; at most 10 s, and 3 s for each file
  plan SOURCE ...              what fits, how fast and how good: a .gguf file, a folder, or hf:owner/name
      --context N              the context wanted, in tokens
      --cache-k T, --cache-v T type of the cache for keys and for values: f16, q8_0 or q4_0
      --reserve-mib N          memory to leave free on every device
      --min-speed N            slower answers are not chosen, in tokens per second (default 8 if possible)
      --draft FILE             counts a model that drafts answers, loaded beside it
      --adapter FILE           counts an adapter, loaded beside it; may be given several times
      --machine FILE.json      plan for another computer: what its "hardware --json" says
  chat                         answers one prompt
      --model FILE             a .gguf file (default: the built-in demo model)
      --prompt TEXT            what to ask; - reads it from standard input
      --system TEXT            the system message
      --temperature T          0 always takes the likeliest word (default 0.7)
      --max-tokens N           longest answer, in tokens
      --seed N                 makes a random answer repeatable
      --context N              the context wanted, in tokens
  models list                  the models on this computer, with their numbers
  models show MODEL            what the header of a model says; MODEL is its number, path or name
  models remove MODEL          moves its files to the trash
  models import FILE           remembers where a model lies; --move moves it into the models folder
  models search [WORDS]        repositories with GGUF files on the Hugging Face Hub
      --sort ORDER             trend, downloads or date (default: trend)
      --limit N                how many, 100 at most (default 20)
  models download SOURCE       fetches a model, or the rest of it: hf:owner/name:level, or an https address
  models verify [PATH ...]     compares models with what was downloaded: files, folders (default: the models folder)
      --models-dir DIR         where models lie (default: models in the data folder)

  --json                       one JSON object on standard output and nothing else
  --data-dir DIR               where measurements of this computer are kept
  --help, --version

Exit codes: 0 done, 1 failed (the reason is on standard error), 2 wrong usage.
`;

/** The command line makes no sense: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
