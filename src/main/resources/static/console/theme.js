// Light or dark: the system's choice until somebody makes one here.
import { computed, ref } from 'vue';

const system = matchMedia('(prefers-color-scheme: dark)');
const systemDark = ref(system.matches);
system.addEventListener('change', event => systemDark.value = event.matches);

const NAME = 'braid.theme';
const chosen = ref(document.documentElement.dataset.theme); // by early-theme.js

export const dark = computed(() => chosen.value ? chosen.value === 'dark' : systemDark.value);

export function switchTheme() {
  chosen.value = dark.value ? 'light' : 'dark';
  document.documentElement.dataset.theme = chosen.value;
  try {
    localStorage.setItem(NAME, chosen.value);
  } catch {
    // it is forgotten with the page, where a browser keeps nothing
  }
}
