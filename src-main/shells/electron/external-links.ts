import { dialog, shell, type BrowserWindow, type MessageBoxOptions } from 'electron';

const MAX_LENGTH = 2_048;
const schemes: ReadonlySet<string> = new Set(['https:', 'mailto:']);
/** What turns or hides the text around it, and backslashes, which programs read differently: an address could pass for another. */
const deceptive = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{E0000}-\u{E0FFF}]/u;

export interface ExternalLink {
  url: string;
  /** Whom the link leads to, in ASCII: letters that merely look like others show as `xn--…`. */
  recipient: string;
}

/** What may leave the app, or null. Text by a model ends up here, so everything unusual is refused. */
export function externalLink(address: string): ExternalLink | null {
  if (address.length > MAX_LENGTH || deceptive.test(address)) return null;
  const url = URL.parse(address);
  if (url === null || !schemes.has(url.protocol)) return null;
  if (url.username !== '' || url.password !== '') return null;
  const recipient = url.protocol === 'mailto:' ? url.pathname : url.host;
  return recipient === '' ? null : { url: url.href, recipient };
}

/** Opens the link in the person's browser or mail program after they have seen where it leads and agreed. */
export async function offerExternalLink(window: BrowserWindow, address: string): Promise<void> {
  const link = externalLink(address);
  if (link === null) return;
  const { response } = await dialog.showMessageBox(window, question(link));
  if (response === OPEN) await shell.openExternal(link.url);
}

const OPEN = 1;

function question({ url, recipient }: ExternalLink): MessageBoxOptions {
  return {
    type: 'question',
    message: `Open ${recipient}?`,
    detail: `${url}\n\nThis leaves Nibble. Only open links that you trust.`,
    buttons: ['Cancel', 'Open'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
}
