import { downloadProblems } from './download-problems.ts';
import { hubProblems } from './hub-problems.ts';
import { libraryProblems } from './library-problems.ts';

/**
 * Every failure a person can meet: what happened, why, and what to do about it.
 * `{name}` is filled from the facts given to `describeProblem`.
 */
export const problemCatalogue = {
  ...libraryProblems,
  'model.notFound': {
    what: 'There is no file at {path}.',
    why: 'It was moved, renamed or deleted, or the path is mistyped.',
    todo: 'Check the path, or open the model again from where it lies now.',
  },
  'model.isDirectory': {
    what: '{path} is a folder, not a model file.',
    why: 'A model is a single file whose name ends in .gguf.',
    todo: 'Choose a .gguf file inside the folder.',
  },
  'model.noPermission': {
    what: 'Nibble may not read {path}.',
    why: 'The operating system denied access to the file.',
    todo: 'Give your user read permission for the file, or copy it to a folder you own.',
  },
  'model.unreadable': {
    what: '{path} cannot be read.',
    why: 'Reading failed: {reason}.',
    todo: 'Check that the disk is connected and healthy, then try again.',
  },
  'model.empty': {
    what: '{path} is empty.',
    why: 'The file has no bytes: a download or a copy probably never started.',
    todo: 'Download or copy the model again.',
  },
  'model.notGguf': {
    what: '{path} is not a GGUF model.',
    why: 'A GGUF file starts with the letters GGUF; this one starts with {start}.',
    todo: 'Choose a .gguf file. Models in other formats (safetensors, PyTorch) have to be converted first.',
  },
  'model.truncated': {
    what: '{path} is incomplete.',
    why: '{field} ends at byte {needed}, but the file has only {size} bytes.',
    todo: 'Download or copy the model again; it was probably cut off.',
  },
  'model.malformed': {
    what: '{path} is damaged or not a valid model.',
    why: '{field}: {reason}.',
    todo: 'Download the model again from its source. Nibble does not load a file it cannot check.',
  },
  'model.tooNew': {
    what: '{path} uses GGUF version {version}.',
    why: 'This version of Nibble reads GGUF versions 2 and 3.',
    todo: 'Get a file in one of these versions, or look for a newer Nibble.',
  },
  'model.unknownArchitecture': {
    what: 'The architecture "{architecture}" is not known to this version of Nibble.',
    why: 'The inference engine has no code for models of this kind.',
    todo: 'Use another model, or look for a newer Nibble that supports this one.',
  },
  'model.notText': {
    what: '{path} holds a {kind}, not a language model.',
    why: 'It has no part that can write text.',
    todo: 'Choose the main file of the model instead.',
  },
  'model.vocabularyOnly': {
    what: '{path} holds only a vocabulary.',
    why: 'The file has no weights, so there is nothing to run.',
    todo: 'Choose the file with the weights; it is usually hundreds of megabytes or more.',
  },
  'model.partMissing': {
    what: 'A part of this model is missing: {part}.',
    why: 'The model is split into {count} files that belong in one folder.',
    todo: 'Put all parts into the same folder and open the first one.',
  },
  'model.tooLarge': {
    what: 'This model does not fit on this computer.',
    why: 'It needs about {needed} at the smallest context; {available} can be used here.',
    todo: 'Choose a smaller model or a lower quantization level, or close other programs.',
  },
  'model.loadFailed': {
    what: 'The model could not be loaded.',
    why: 'The engine reported: {reason}.',
    todo: 'Try again with a smaller context. If it fails again, the file may not suit this version.',
  },
  'model.none': {
    what: 'No model is chosen.',
    why: 'A chat needs a model to answer.',
    todo: 'Choose a model on the Models page.',
  },
  'plan.noModels': {
    what: 'The folder {path} holds no models.',
    why: 'No file in it has a name that ends in .gguf.',
    todo: 'Choose the folder where your .gguf files are, or one of the files.',
  },
  'plan.badMachine': {
    what: 'The machine file {path} cannot be used.',
    why: '{field}: {reason}.',
    todo: 'Correct it; nibble hardware --json writes such a file for this computer.',
  },
  'engine.startFailed': {
    what: 'The engine did not start.',
    why: '{reason}.',
    todo: 'Try again. If it keeps failing, reinstall Nibble.',
  },
  'engine.crashed': {
    what: 'The engine stopped while {phase}.',
    why: '{reason}.',
    todo: 'What was written so far is kept. Try again; Nibble has started a new engine.',
  },
  'engine.hung': {
    what: 'The engine stopped responding while {phase}.',
    why: 'There was no sign of progress for {seconds} seconds, so Nibble ended it.',
    todo: 'What was written so far is kept. Try again; Nibble has started a new engine.',
  },
  'engine.busy': {
    what: 'The engine is writing an answer.',
    why: 'Its model cannot leave memory meanwhile.',
    todo: 'Wait for the answer, or stop it first.',
  },
  'engine.notLoaded': {
    what: 'No model is in memory.',
    why: 'The engine was asked for an answer before it had loaded a model.',
    todo: 'Try again.',
  },
  'engine.gaveUp': {
    what: 'The engine stopped three times within five minutes.',
    why: 'Last time: {reason}.',
    todo: '{proposal} Then press Start again.',
  },
  'engine.suspect': {
    what: 'Nibble did not load {model} by itself.',
    why: 'The last time it was loaded with these settings, the engine died before it could answer.',
    todo: '{proposal} Or press Load anyway.',
  },
  'engine.outOfMemory': {
    what: 'There was not enough memory to load the model.',
    why: 'The engine could not allocate {needed}.',
    todo: 'Close other programs, choose a smaller context or a smaller model.',
  },
  'engine.otherSettings': {
    what: '{changes}',
    why: 'Not every setting works with every model.',
    todo: 'Nothing needs to be done; the settings in use are shown with the model.',
  },
  'chat.notFound': {
    what: 'This chat does not exist any more.',
    why: 'It was deleted.',
    todo: 'Choose another chat or start a new one.',
  },
  'chat.busy': {
    what: 'This chat is still being answered.',
    why: 'A chat has one answer at a time.',
    todo: 'Wait for the answer, or stop it first.',
  },
  'answer.interrupted': {
    what: 'This answer was cut off.',
    why: 'Nibble ended while it was being written.',
    todo: 'What was written so far is kept. Try again for a whole answer.',
  },
  'chat.tooLong': {
    what: 'The message is too long for the context.',
    why: 'It needs {needed} tokens; the context holds {available}.',
    todo: 'Shorten the message, or choose a larger context for this model.',
  },
  'chat.templateFailed': {
    what: "The model's chat template could not be used.",
    why: '{reason}.',
    todo: 'Nibble can answer with a plain template; the quality may suffer. Another file of the model may have a working one.',
  },
  'store.newerVersion': {
    what: 'Your chats were written by a newer Nibble.',
    why: 'The database has version {found}; this Nibble knows versions up to {known}.',
    todo: 'Start the newer Nibble, or choose another data folder with --data-dir. Nothing was changed.',
  },
  'store.diskFull': {
    what: 'The disk is full.',
    why: 'Nibble could not write to {path}.',
    todo: 'Free some space and try again. Nothing that was saved before is lost.',
  },
  'store.notWritable': {
    what: 'Nibble may not write to {path}.',
    why: '{reason}.',
    todo: 'Give your user write permission for the folder, or choose another with --data-dir.',
  },
  'store.corrupt': {
    what: 'The database of your chats is damaged.',
    why: 'SQLite reported: {reason}.',
    todo: 'Nothing was changed. Copies from before upgrades lie in the folder {backups}.',
  },
  'store.failed': {
    what: 'Saving or reading your chats failed.',
    why: 'SQLite reported: {reason}.',
    todo: 'Try again. If it keeps failing, check the disk that holds {path}.',
  },
  'app.alreadyRunning': {
    what: 'Nibble already runs with the data folder {path}.',
    why: 'Only one Nibble at a time may use a data folder, so that no chat is damaged.',
    todo: 'Use the window that is open, or choose another folder with --data-dir.',
  },
  'app.portInUse': {
    what: 'Port {port} is in use.',
    why: 'Another program listens there.',
    todo: 'Choose another with --port N, or let Nibble find one with --port 0.',
  },
  'app.unreachable': {
    what: 'Nibble does not answer.',
    why: 'The program behind this window has ended, or is starting again.',
    todo: 'Wait a moment. If it does not come back, start Nibble again; your chats are saved.',
  },
  'app.sessionEnded': {
    what: 'This window is no longer allowed in.',
    why: 'Its link was used already, or Nibble was started again. Each link works once.',
    todo: 'Press Enter in the terminal where Nibble runs to get a new link, or start Nibble again.',
  },
  'app.listenFailed': {
    what: 'Nibble cannot listen on port {port}.',
    why: '{reason}.',
    todo: 'Choose another with --port N (1024 or higher), or let Nibble find one with --port 0.',
  },
  'app.notBuilt': {
    what: 'The window of Nibble is missing.',
    why: 'There is no index.html in {path}.',
    todo: 'Build it with npm run build, or start Nibble with npm start.',
  },
  ...hubProblems,
  ...downloadProblems,
  'request.invalid': {
    what: 'That value cannot be used.',
    why: '{field}: {reason}.',
    todo: 'Correct it and try again.',
  },
  internal: {
    what: 'Something went wrong inside Nibble.',
    why: 'This is a defect; the details are in the log.',
    todo: 'Try again. If it happens again, please report it with the log.',
  },
} as const satisfies Record<string, { what: string; why: string; todo: string }>;

export type ProblemCode = keyof typeof problemCatalogue;
