/** The lane's face: one page, driven by its lane agent alone. */
import '@clearlane/ui/tokens.css';
import './lane.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { keepAwake } from './wake-lock.ts';

const place = document.getElementById('lane');
if (place === null) throw new Error('the page has no place for the lane');
mount(App, { target: place });
keepAwake();
