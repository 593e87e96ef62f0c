import '../../../src-renderer/lib/styles/base.css';
import { mount } from 'svelte';
import App from '../../../src-renderer/App.svelte';
import { scenarios } from './scenarios.ts';

// The window over a core in memory, to look at: `?scene=answering#/chats/1`, `&theme=dark`.
const asked = new URLSearchParams(location.search);
const scene = scenarios[asked.get('scene') ?? 'empty'];
const target = document.querySelector('#app');
if (!scene || !target) throw new Error(`Scenes: ${Object.keys(scenarios).join(', ')}`);

const { core, then } = scene();
const theme = asked.get('theme');
if (theme === 'dark' || theme === 'light') core.settings = { ...core.settings, theme };
mount(App, { target, props: { client: core.client, shell: core.info } });
then?.();
