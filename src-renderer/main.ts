import './lib/styles/base.css';
import { mount } from 'svelte';
import Root from './Root.svelte';
import { connect } from './lib/client/connect.ts';
import { applyRememberedTheme } from './lib/state/theme.ts';

applyRememberedTheme();

const target = document.querySelector('#app');
if (!target) throw new Error('index.html has no #app');
mount(Root, { target, props: { connecting: connect() } });
