// Where an evaluation stands, and what can be done with it.
import { computed } from 'vue';
import { ago, count, duration } from '../words.js';
import { over } from './watch.js';
import Fault from '../parts/fault.js';

export default {
  components: { Fault },
  props: { watched: Object },
  setup({ watched }) {
    const evaluation = computed(() => watched.evaluation.value);
    const ended = computed(() => over(evaluation.value));
    const took = computed(() => evaluation.value.started_at && evaluation.value.ended_at
      && duration((new Date(evaluation.value.ended_at) - new Date(evaluation.value.started_at)) / 1000));
    const gate = computed(() => evaluation.value.metrics?.gate);
    return { ago, count, ended, evaluation, gate, took };
  },
  template: `
    <section aria-labelledby="stands">
      <h2 id="stands">Where it stands</h2>
      <p role="status">
        <span class="tag" :class="{ going: evaluation.state === 'running', bad: evaluation.state === 'failed', chosen: evaluation.state === 'succeeded' }">{{ evaluation.state }}</span>
        <template v-if="evaluation.state === 'succeeded'"> {{ count(evaluation.metrics.samples) }} samples were measured<template v-if="took">, in {{ took }}</template>.</template>
        <template v-if="evaluation.state === 'queued'"> It waits for those before it.</template>
        <template v-if="gate?.passed"> It passed its gate: v{{ gate.default }} is the default.</template>
        <template v-else-if="gate"> It did not pass its gate: {{ gate.why }}</template>
      </p>
      <p v-if="evaluation.failure" class="wrong">{{ evaluation.failure }}</p>
      <template v-if="evaluation.state === 'running'">
        <progress :value="evaluation.progress?.total ? evaluation.progress.done / evaluation.progress.total : null" max="1" aria-label="Samples embedded"></progress>
        <p v-if="evaluation.progress?.total" class="note">{{ count(evaluation.progress.done) }} of {{ count(evaluation.progress.total) }} embedded. A sample counts again for each subset.</p>
      </template>
      <p v-if="!ended" class="ways">
        <button class="secondary outline" @click="watched.ask('cancel')">Cancel</button>
        <span class="note">It stops, and nothing is kept.</span>
      </p>
      <p v-if="ended && evaluation.state !== 'succeeded'" class="ways">
        <button @click="watched.ask('resume')">Try again</button>
        <span class="note">It is measured from its beginning.</span>
      </p>
      <Fault :problem="watched.problem"></Fault>
      <p class="note">
        Asked for {{ ago(evaluation.created_at) }}<template v-if="evaluation.job">
        by <router-link :to="'/jobs/' + evaluation.job">the run that made it</router-link></template>.
      </p>
    </section>`,
};
