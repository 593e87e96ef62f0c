/** The one address the window may show. Not `file:`, whose pages may read each other. */
export const APP_SCHEME = 'nibble';
const APP_HOST = 'app';
export const APP_ADDRESS = `${APP_SCHEME}://${APP_HOST}/`;

/** Whether `address` lies in the window's own origin. `URL.origin` is 'null' for schemes Node does not know. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    url.protocol === `${APP_SCHEME}:` &&
    url.host === APP_HOST &&
    url.username === '' &&
    url.password === ''
  );
}
