/** Starts the index of the demo. */
import '@clearlane/ui/base.css';
import { showLanguage } from '@clearlane/ui';
import { mount } from 'svelte';
import App from './App.svelte';

await showLanguage();
mount(App, { target: document.getElementById('app')! });
