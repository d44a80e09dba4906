// Each example twice: as it runs, and as it is written.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { mount } from 'svelte';
import { createApp } from 'vue';
import { Lesson as ReactLesson } from './Lesson.jsx';
import reactCode from './Lesson.jsx?raw';
import SvelteLesson from './Lesson.svelte';
import svelteCode from './Lesson.svelte?raw';
import VueLesson from './Lesson.vue';
import vueCode from './Lesson.vue?raw';
import plainMarkup from './plain.html?raw';
import plainCode from './plain.js?raw';

/** Shows the code in a section, and gives a place for what it makes. */
function place(id: string, code: string): HTMLElement {
  const running = document.createElement('div');
  running.className = 'running';
  const written = document.createElement('pre');
  written.tabIndex = 0;
  written.append(Object.assign(document.createElement('code'), { textContent: code.trim() }));
  document.getElementById(id)?.append(running, written);
  return running;
}

place('plain', `${plainMarkup}\n<script type="module">\n${plainCode.replace(/^(?=.)/gm, '  ')}</script>`).innerHTML =
  plainMarkup;
void import('./plain.js');
createRoot(place('react', reactCode)).render(createElement(ReactLesson));
createApp(VueLesson).mount(place('vue', vueCode));
mount(SvelteLesson, { target: place('svelte', svelteCode) });
