/** Prints which native modules are loaded: after importing what main imports, then after the first call. */
import { SettingsService } from '../../src-main/services/settings/settings.ts';
import { Store } from '../../src-main/services/store/store.ts';

interface Report {
  sharedObjects: string[];
}

function nativeModules(): string[] {
  const { sharedObjects } = process.report.getReport() as unknown as Report;
  return sharedObjects.filter((path) => path.endsWith('.node'));
}

const store = new Store({ dataDir: process.argv[2] ?? '' });
const settings = new SettingsService(store);
const imported = nativeModules();
await settings.get();
const called = nativeModules();
await store.close();
process.stdout.write(JSON.stringify({ imported, called }));
