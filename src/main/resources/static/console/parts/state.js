// The state of a job or an evaluation. What goes on stands out, and what failed, with the reason.
export default {
  props: { of: Object },
  // A cell of a sweep may have a version, and a failure of its evaluation.
  setup: () => ({ failed: ({ state, failure }) => state === 'failed' || state === 'succeeded' && failure }),
  template: `<span class="tag" :class="{ going: of.state === 'running', bad: failed(of) }" :title="of.failure">{{ of.state }}</span>`,
};
