import type { Protocol, Session } from 'electron';
import { EventEmitter } from 'node:events';
import { double } from './double.ts';

type Handler<Name extends keyof Session> = Session[Name] extends (handler: infer Given) => void
  ? Given
  : never;
type BeforeRequest = (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void;

/** Keeps the handlers where tests can call them as Chromium would. */
class SessionDouble extends EventEmitter {
  permissionRequest: Handler<'setPermissionRequestHandler'> = null;
  permissionCheck: Handler<'setPermissionCheckHandler'> = null;
  devicePermission: Handler<'setDevicePermissionHandler'> = null;
  displayMedia: Parameters<Session['setDisplayMediaRequestHandler']>[0] = null;
  bluetoothPairing: Handler<'setBluetoothPairingHandler'> = null;
  beforeRequest: BeforeRequest | null = null;
  spellCheckerEnabled = true;
  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: Handler<'setPermissionRequestHandler'>): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: Handler<'setPermissionCheckHandler'>): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: Handler<'setDevicePermissionHandler'>): void {
    this.devicePermission = handler;
  }

  setDisplayMediaRequestHandler(handler: Parameters<Session['setDisplayMediaRequestHandler']>[0]): void {
    this.displayMedia = handler;
  }

  setBluetoothPairingHandler(handler: Handler<'setBluetoothPairingHandler'>): void {
    this.bluetoothPairing = handler;
  }

  setSpellCheckerEnabled(enable: boolean): void {
    this.spellCheckerEnabled = enable;
  }

  /** Whether a request of a page may go out. */
  async allows(url: string): Promise<boolean> {
    const listener = this.beforeRequest;
    if (listener === null) return true;
    return new Promise((resolve) => listener({ url }, ({ cancel }) => resolve(cancel !== true)));
  }
}

export const session = { defaultSession: new SessionDouble() };

type SchemeHandler = (request: Request) => Response | Promise<Response>;

class ProtocolDouble implements Pick<Protocol, 'handle' | 'registerSchemesAsPrivileged'> {
  readonly handlers = new Map<string, SchemeHandler>();

  registerSchemesAsPrivileged(schemes: unknown[]): void {
    double.privilegedSchemes.push(...schemes);
  }

  handle(scheme: string, handler: SchemeHandler): void {
    this.handlers.set(scheme, handler);
  }
}

export const protocol = new ProtocolDouble();
