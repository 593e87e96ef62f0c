/** What can go wrong between an address and a file in the models folder. */
export const downloadProblems = {
  'download.unsafeAddress': {
    what: 'Nibble did not connect to {host}.',
    why: 'The address begins with http:// or holds a password: anyone on the way could read it or send another file.',
    todo: 'Look for an address of the file that begins with https://.',
  },
  'download.badAddress': {
    what: '{source} is no address of a model.',
    why: '{reason}.',
    todo: 'Write hf:owner/name, which may be followed by a level as in hf:owner/name:Q4_K_M, or an address that begins with https://.',
  },
  'download.whichLevel': {
    what: '{repository} holds several models.',
    why: 'They are {levels}.',
    todo: 'Choose one of them, as in hf:{repository}:{example}.',
  },
  'download.noSpace': {
    what: 'There is not enough space on the disk of {path}.',
    why: '{needed} are needed, {free} are free. What was downloaded so far is kept.',
    todo: 'Free some space, or choose a folder on another disk in the settings, then go on.',
  },
  'download.folder': {
    what: 'Nibble cannot write to {path}.',
    why: '{reason}.',
    todo: 'Check that the disk is connected and that you may write there, then go on; or choose another folder in the settings.',
  },
  'download.busy': {
    what: 'Another download writes {path} already.',
    why: 'Two programs that write one file would damage it.',
    todo: 'Wait for the other one, or end it, then go on.',
  },
  'download.taken': {
    what: 'There is another file at {path} now.',
    why: 'It came there while this one was downloaded, and Nibble overwrites nothing.',
    todo: 'Move it somewhere else, then go on.',
  },
  'download.refused': {
    what: '{host} does not hand out this file.',
    why: '{reason}.',
    todo: 'Check the address. If one has to log in there, download the file with a browser and open it from the library.',
  },
  'download.damaged': {
    what: '{count} of {of} model files are not as they should be.',
    why: 'Their bytes are not those that were downloaded, or they cannot be read.',
    todo: 'Delete them and download them again; if it happens again, check the disk.',
  },
  'download.noModel': {
    what: 'What is at this address is not a GGUF model.',
    why: 'It does not begin with the letters GGUF: it is another kind of file, or a web page.',
    todo: 'Look for the address of a file whose name ends in .gguf.',
  },
  'download.wrongChecksum': {
    what: 'What was downloaded is not the file that the Hub lists.',
    why: 'Its checksum differs, also after it was fetched again. It was deleted.',
    todo: 'Try again later. If a mirror or a proxy is set, it may hand out another file.',
  },
  'download.diskDamaged': {
    what: 'The disk does not give back what was written to {path}.',
    why: 'The same part of the file came back differently several times.',
    todo: 'Check the disk, or choose a folder on another one in the settings.',
  },
  'download.notFound': {
    what: 'This download is not on the list any more.',
    why: 'It was removed.',
    todo: 'Start it again from the page of its model.',
  },
  'download.notEnded': {
    what: 'This download cannot be taken off the list yet.',
    why: 'It has not ended.',
    todo: 'Cancel it first.',
  },
} as const satisfies Record<string, { what: string; why: string; todo: string }>;
