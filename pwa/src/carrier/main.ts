/** Starts the carrier's app. */
import '@clearlane/ui/base.css';
import { showLanguage } from '@clearlane/ui';
import { mount } from 'svelte';
import App from './App.svelte';
import { desk } from './desk.svelte.ts';
import './words.ts';

await showLanguage();
mount(App, { target: document.getElementById('app') ?? document.body });
void desk.start();
