import { safeStorage } from 'electron';
import type { Sealing } from '../../services/hub/token-store.ts';

/**
 * The key store of the system: Keychain, DPAPI, or a keyring on Linux. Null where there is none: Electron's
 * `basic_text`, which it uses then, is a key that everyone knows. To be asked when it is needed: it may unlock a keyring.
 */
export function systemKeyStore(): Sealing | null {
  if (!safeStorage.isEncryptionAvailable()) return null;
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null;
  return {
    seal: (text) => safeStorage.encryptString(text).toString('base64'),
    unseal: (sealed) => safeStorage.decryptString(Buffer.from(sealed, 'base64')),
  };
}
