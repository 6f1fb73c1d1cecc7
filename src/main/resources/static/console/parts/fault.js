// A failure in words, with each fault and where it is.
export default {
  props: { problem: Error },
  template: `
    <div v-if="problem" class="fault" role="alert">
      <p>{{ problem.message }}</p>
      <ul v-if="problem.faults?.length">
        <li v-for="fault in problem.faults"><code v-if="fault.pointer">{{ fault.pointer }}</code> {{ fault.detail }}</li>
      </ul>
    </div>`,
};
