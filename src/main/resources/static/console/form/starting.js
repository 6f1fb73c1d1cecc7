// What a form starts: whether it is on its way, and what is wrong with it, by field.
import { computed, reactive, ref } from 'vue';
import { Away } from '../api.js';
import { unplaced } from '../faults.js';

/** `faults` are details by the path of their field; `elsewhere` is the problem with those of no field. */
export function useStarting(request, start) {
  const problem = ref();
  const going = ref(false);
  const paths = computed(() => new Set(request.groups.flatMap(group => group.fields.map(field => field.path))));
  const faults = computed(() => Object.fromEntries((problem.value?.faults ?? []).map(fault => [pathOf(fault), fault.detail]).reverse()));
  const elsewhere = computed(() => unplaced(problem.value, fault => paths.value.has(pathOf(fault)), 'Nothing was started.'));

  async function send() {
    going.value = true;
    problem.value = undefined;
    try {
      await start();
    } catch (failure) {
      if (!(failure instanceof Away)) problem.value = failure;
    } finally {
      going.value = false;
    }
  }
  return reactive({ elsewhere, faults, going, send });
}

/** `/network/heads` of a job, `/classification/0` of a list; `/base/network/heads` and `/grid/network.heads` of a sweep. */
const pathOf = ({ pointer = '' }) => pointer.replace(/^\/(base|grid)?\/?/, '').replace(/\/\d+$/, '').split('/').join('.');
