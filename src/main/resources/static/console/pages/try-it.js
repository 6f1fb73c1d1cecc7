// A sample, modalities switched on and off by a click, and what is found: neighbours, how sure, and why.
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useQuestion } from '../try/question.js';
import { useAnswers } from '../try/answers.js';
import Fault from '../parts/fault.js';
import Hits from '../try/hits.js';
import NextModality from '../try/next-modality.js';
import Reasons from '../try/reasons.js';
import SamplePicker from '../try/sample-picker.js';
import Summary from '../try/summary.js';
import Switches from '../try/switches.js';

export default {
  components: { Fault, Hits, NextModality, Reasons, SamplePicker, Summary, Switches },
  setup() {
    const question = useQuestion(useRoute(), useRouter());
    const answers = useAnswers(question);
    // A fault of one modality is shown at its switch; only what is left is shown here.
    const elsewhere = computed(() => {
      const problem = answers.problem;
      if (!problem?.faults?.length) return problem;
      const rest = problem.faults.filter(fault => !question.names.includes(modalityOf(fault)));
      return rest.length ? Object.assign(new Error(problem.message), { faults: rest }) : undefined;
    });
    const faults = computed(() => Object.fromEntries(
      (answers.problem?.faults ?? []).map(fault => [modalityOf(fault), fault.detail])));
    return { answers, elsewhere, faults, question };
  },
  template: `
    <h1>Try it</h1>
    <p class="note">Take a sample, switch its modalities off and on, and see what is still found, how sure that is, and what it rests on.</p>
    <SamplePicker :question="question"></SamplePicker>
    <Switches v-if="question.sample" :question="question" :answers="answers" :faults="faults"></Switches>
    <Fault :problem="elsewhere"></Fault>
    <Summary :question="question" :answers="answers"></Summary>
    <div v-if="answers.hits.length" class="found">
      <Hits :question="question" :answers="answers"></Hits>
      <div>
        <Reasons :question="question" :answers="answers"></Reasons>
        <NextModality :question="question" :answers="answers"></NextModality>
      </div>
    </div>`,
};

/** The modality that a fault is about: the last name of `/query/modalities/gene/3` that could be one. */
const modalityOf = fault => fault.pointer?.match(/\/modalities\/([^/]+)/)?.[1];
