// What there is, and how it goes: models, collections, jobs, devices, throughput.
import { useLoaded } from '../loading.js';
import { get } from '../api.js';
import Collections from '../parts/collections.js';
import Devices from '../parts/devices.js';
import Jobs from '../parts/jobs.js';
import Models from '../parts/models.js';
import Throughput from '../parts/throughput.js';

const EVERY = 3000; // ms

export default {
  components: { Collections, Devices, Jobs, Models, Throughput },
  setup() {
    const list = path => useLoaded(signal => get(path, signal), EVERY);
    return {
      models: list('/v1/models?limit=1000'),
      collections: list('/v1/collections?limit=1000'),
      jobs: list('/v1/training-jobs?limit=6'),
      evaluations: list('/v1/evaluations?limit=6'),
      workers: list('/v1/workers'),
    };
  },
  template: `
    <h1 class="lead">Samples with any subset of their modalities, in one space.</h1>
    <p class="ways">
      <router-link role="button" to="/try">Try it</router-link>
      <span>Take a sample, switch modalities off, and see what is still found.</span>
    </p>
    <Throughput></Throughput>
    <div class="columns">
      <Models :loaded="models"></Models>
      <Collections :loaded="collections"></Collections>
      <Jobs :jobs="jobs" :evaluations="evaluations"></Jobs>
      <Devices :loaded="workers"></Devices>
    </div>`,
};
