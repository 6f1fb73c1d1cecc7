// What is around every page: the way to the others, the theme, and whether the service is there.
import { connection } from './connection.js';
import { dark, switchTheme } from './theme.js';
import { key } from './key.js';
import KeyForm from './parts/key-form.js';

export default {
  components: { KeyForm },
  setup: () => ({ connection, dark, key, switchTheme, toContent: () => document.querySelector('main').focus() }),
  template: `
    <header class="container top">
      <a class="skip" href="#/" @click.prevent="toContent">Skip to content</a>
      <router-link class="brand" to="/"><img src="console/icon.svg" alt="" width="26" height="26"> Braid</router-link>
      <nav aria-label="Main">
        <router-link to="/">Overview</router-link>
        <router-link to="/try">Try it</router-link>
        <router-link to="/data">Data</router-link>
        <router-link to="/train">Train</router-link>
        <a href="/swagger-ui.html">API</a>
      </nav>
      <button class="plain theme" @click="switchTheme" :aria-label="dark ? 'Switch to light' : 'Switch to dark'">
        <span aria-hidden="true">{{ dark ? '☀' : '☾' }}</span>
      </button>
    </header>
    <div role="status" class="container">
      <p v-if="connection.away" class="away">
        <span aria-busy="true"></span>
        The service does not answer. This page waits for it and goes on by itself.
      </p>
    </div>
    <main class="container" tabindex="-1">
      <router-view v-slot="{ Component, route }">
        <component :is="Component" :key="route.path"></component>
      </router-view>
    </main>
    <KeyForm v-if="key.asked"></KeyForm>`,
};
