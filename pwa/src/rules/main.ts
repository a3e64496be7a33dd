/** Starts the page of rules, for anybody who declares, answers or checks. */
import '@clearlane/ui/base.css';
import { showLanguage } from '@clearlane/ui';
import { mount } from 'svelte';
import App from './App.svelte';

await showLanguage();
mount(App, { target: document.getElementById('app') ?? document.body });
