/** Starts the officer's app; agencies answer here too. */
import '@clearlane/ui/base.css';
import './desk.css';
import { showLanguage } from '@clearlane/ui';
import { mount } from 'svelte';
import App from './App.svelte';

await showLanguage();
mount(App, { target: document.getElementById('app')! });
