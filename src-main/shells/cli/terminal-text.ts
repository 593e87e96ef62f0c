/**
 * Names, paths and answers come from files and servers. In a terminal, some characters are commands: they move the cursor, set
 * the clipboard or the window's title, or let a text read other than it is written. Only line feeds and tabs are let through.
 */
const COMMANDS = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** Of lines that end as in Windows: nothing to see, nothing to warn of. */
const CARRIAGE_RETURN = /\r/g;

/** `text` with a mark for every character that a terminal would obey. Parts of a text may be given one after the other. */
export function terminalText(text: string): string {
  return text.replaceAll(CARRIAGE_RETURN, '').replaceAll(COMMANDS, '\ufffd');
}

/** The same for what has to stay on one line: a cell of a table, a path. */
export function terminalLine(text: string): string {
  return terminalText(text.replaceAll(/[\r\n\t]/g, '\ufffd'));
}

/** JSON says the same with escapes. */
export function terminalJson(json: string): string {
  return json.replaceAll(
    COMMANDS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
