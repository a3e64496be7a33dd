/** Starts the driver's app. */
import '@clearlane/ui/base.css';
import { showLanguage } from '@clearlane/ui';
import { mount } from 'svelte';
import App from './App.svelte';
import { session } from './session.svelte.ts';
import { keepShell } from './shell.ts';
import './words.ts';

await showLanguage();
mount(App, { target: document.getElementById('app') ?? document.body });
void session.start();
if (import.meta.env.PROD) void keepShell();
