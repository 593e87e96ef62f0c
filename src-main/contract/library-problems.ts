/** What can go wrong with the list of models and with the files of it. */
export const libraryProblems = {
  'model.unknown': {
    what: 'This model is not in the list any more.',
    why: 'It was removed, or the folder it lies in is no longer looked at.',
    todo: 'Choose another model on the Models page.',
  },
  'library.notFolder': {
    what: '{path} is not a folder that can be read.',
    why: '{reason}.',
    todo: 'Choose a folder that your .gguf files lie in.',
  },
  'library.listed': {
    what: '{name} cannot be forgotten.',
    why: 'It lies in {folder}, whose models are all listed.',
    todo: 'Delete the model, or remove the folder from the list of folders.',
  },
  'library.foreign': {
    what: 'This file belongs to {program}.',
    why: 'Nibble uses what other programs have downloaded in place, and never moves or deletes it.',
    todo: 'Delete it in {program}, or open it where it lies.',
  },
  'library.builtIn': {
    what: 'The built-in model cannot be removed.',
    why: 'It is a part of Nibble, so that the first chat works without a network.',
    todo: 'Choose another model for new chats if you do not want to use it.',
  },
  'library.trashFailed': {
    what: '{path} could not be moved to the trash.',
    why: '{reason}.',
    todo: 'Delete it in your file manager. Nothing was deleted.',
  },
  'library.restoreFailed': {
    what: 'The model could not be brought back.',
    why: '{reason}.',
    todo: "Look for it in the system's trash.",
  },
  'library.importFailed': {
    what: '{path} could not be moved.',
    why: '{reason}.',
    todo: 'Nothing was changed: the file is where it was. You can open it there.',
  },
  'library.noSpace': {
    what: 'There is no room for this model in {folder}.',
    why: 'It needs {needed}; {free} are free there.',
    todo: 'Free some space, or open the file where it lies instead of moving it.',
  },
  'library.cannotReveal': {
    what: 'Nibble cannot open a file manager here.',
    why: 'Its page runs in a browser, which shows no folders.',
    todo: 'Copy the path, and open its folder yourself.',
  },
  'library.failed': {
    what: 'Looking for models failed.',
    why: '{reason}.',
    todo: 'Try again. If it keeps failing, start Nibble again.',
  },
} as const;
