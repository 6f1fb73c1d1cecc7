// Light or dark: the system's choice until somebody makes one here.
import { computed, ref } from 'vue';

const system = matchMedia('(prefers-color-scheme: dark)');
const systemDark = ref(system.matches);
system.addEventListener('change', event => systemDark.value = event.matches);

const chosen = ref(localStorage.getItem('braid.theme'));

export const dark = computed(() => chosen.value ? chosen.value === 'dark' : systemDark.value);

export function switchTheme() {
  chosen.value = dark.value ? 'light' : 'dark';
  localStorage.setItem('braid.theme', chosen.value);
  document.documentElement.dataset.theme = chosen.value;
}
