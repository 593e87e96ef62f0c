/** What can go wrong with the Hub and on the way to it. */
export const hubProblems = {
  'hub.badReference': {
    what: '{reference} does not name a repository on the Hugging Face Hub.',
    why: '{reason}.',
    todo: 'Write it as hf:owner/name; a level may follow, as in hf:owner/name:Q4_K_M.',
  },
  'hub.badEndpoint': {
    what: 'HF_ENDPOINT cannot be used.',
    why: '{reason}.',
    todo: 'Set it to an address that begins with https://, or remove it to use huggingface.co.',
  },
  'hub.notFound': {
    what: 'There is no repository {repository} on {host} that you may see.',
    why: 'It does not exist, it was renamed or deleted, or it is private.',
    todo: 'Check how owner and name are written. A private repository needs a token that may read it.',
  },
  'hub.gated': {
    what: 'The files of {repository} are not open to everybody.',
    why: '{reason}.',
    todo: 'Accept the conditions of its owner on {page}, then use a token of that account.',
  },
  'hub.badToken': {
    what: '{host} does not accept the token that is set.',
    why: 'It has expired, was revoked, or was not copied whole.',
    todo: 'Set another token of your account, or remove it: open repositories need none.',
  },
  'hub.noModels': {
    what: 'The repository {repository} holds no GGUF files.',
    why: 'Its model is stored in another format.',
    todo: 'Look for a repository with the same model whose name ends in GGUF.',
  },
  'hub.noLevel': {
    what: 'The repository {repository} has no level {level}.',
    why: 'Its levels are {levels}.',
    todo: 'Choose one of them, or leave the level out.',
  },
  'hub.fileGone': {
    what: '{path} is not on {host} any more.',
    why: 'It was renamed or deleted after the list of files was made.',
    todo: 'Open the repository again for the list as it is now.',
  },
  'hub.fileChanged': {
    what: '{path} changed while it was read.',
    why: '{reason}.',
    todo: 'Open the repository again for the files as they are now.',
  },
  'hub.unreachable': {
    what: '{host} cannot be reached.',
    why: '{reason}.',
    todo: 'Check the connection and try again. Models that are on this computer work without it.',
  },
  'hub.badAnswer': {
    what: '{host} gave an answer that Nibble cannot use.',
    why: '{reason}.',
    todo: 'Try again later. An address has to lead to the file itself; a mirror or a proxy, if one is set, to the Hub.',
  },
  'hub.tooManyRequests': {
    what: '{host} asks to wait.',
    why: 'It was asked too often in a short time from this connection or account.',
    todo: 'Try again {wait}.',
  },
  'hub.foreignHost': {
    what: 'Nibble did not connect to {host}.',
    why: 'It was sent there, but connects only to huggingface.co, hf.co and the address in HF_ENDPOINT.',
    todo: 'Try again later. If a mirror is set, check that it serves the files itself.',
  },
} as const;
