// Where an evaluation stands, and what can be done with it.
import { computed } from 'vue';
import { ago, count, over, took } from '../words.js';
import Fault from '../parts/fault.js';
import State from '../parts/state.js';

export default {
  components: { Fault, State },
  props: { watched: Object },
  setup({ watched }) {
    const evaluation = computed(() => watched.evaluation.value);
    const ended = computed(() => over(evaluation.value));
    const gate = computed(() => evaluation.value.metrics?.gate);
    return { ago, count, ended, evaluation, gate, took };
  },
  template: `
    <section aria-labelledby="stands">
      <h2 id="stands">Where it stands</h2>
      <p role="status">
        <State :of="evaluation"></State>
        <template v-if="evaluation.state === 'succeeded'"> {{ count(evaluation.metrics.samples) }} samples were measured<template v-if="took(evaluation)">, in {{ took(evaluation) }}</template>.</template>
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
