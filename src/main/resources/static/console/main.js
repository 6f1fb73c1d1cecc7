// The console: a page for each address after the #, inside one frame.
import { createApp } from 'vue';
import { createRouter, createWebHashHistory } from 'vue-router';
import Frame from './frame.js';

const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', component: () => import('./pages/overview.js'), meta: { title: 'Overview' } },
    { path: '/models/:model', component: () => import('./pages/model.js'), props: true, meta: { title: 'Model' } },
    { path: '/collections/:collection', component: () => import('./pages/collection.js'), props: true, meta: { title: 'Collection' } },
    { path: '/data', component: () => import('./pages/data.js'), meta: { title: 'Data' } },
    { path: '/data/:dataset', component: () => import('./pages/dataset.js'), props: true, meta: { title: 'Dataset' } },
    { path: '/train', component: () => import('./pages/train.js'), meta: { title: 'Train' } },
    { path: '/evaluate', component: () => import('./pages/evaluate.js'), meta: { title: 'Evaluate' } },
    { path: '/evaluations/:evaluation', component: () => import('./pages/evaluation.js'), props: true, meta: { title: 'Evaluation' } },
    { path: '/jobs', component: () => import('./pages/jobs.js'), meta: { title: 'Runs' } },
    { path: '/sweeps/:sweep', component: () => import('./pages/sweep.js'), props: true, meta: { title: 'Sweep' } },
    { path: '/jobs/:job', component: () => import('./pages/job.js'), props: true, meta: { title: 'Job' } },
    { path: '/try', component: () => import('./pages/try-it.js'), meta: { title: 'Try it' } },
    { path: '/:rest(.*)', component: () => import('./pages/nothing.js'), meta: { title: 'Nothing here' } },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.afterEach((to, from) => {
  const { rest, ...named } = to.params;
  document.title = `${Object.values(named)[0] ?? to.meta.title} · Braid`;
  if (from.matched.length && to.path !== from.path) document.querySelector('main')?.focus();
});

createApp(Frame).use(router).mount('#app');
