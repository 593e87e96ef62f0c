import '../../src-renderer/lib/styles/base.css';
import { render } from 'vitest-browser-svelte';
import App from '../../src-renderer/App.svelte';
import type { FakeCore } from '../helpers/fake-client.ts';

/** The whole window over a core in memory, opened at `hash`. */
export async function renderApp(core: FakeCore, hash = '#/') {
  sessionStorage.clear();
  localStorage.clear();
  location.hash = hash;
  const target = document.createElement('div');
  target.id = 'app';
  document.body.append(target);
  return render(App, { target, props: { client: core.client, shell: core.info } });
}
