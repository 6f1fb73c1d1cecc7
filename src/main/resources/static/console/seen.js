// Work that waits until somebody may want it.
import { onMounted, onUnmounted, ref } from 'vue';

const PART = 0.3; // of it that is in view

/** True once a part of a page has come into view, and the browser had nothing else to do then. */
export function useSeen(place) {
  const seen = ref(false);
  const idle = window.requestIdleCallback ?? (then => setTimeout(then, 200)); // Safari has none
  const observer = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    observer.disconnect();
    idle(() => seen.value = true);
  }, { threshold: PART });
  onMounted(() => observer.observe(place.value));
  onUnmounted(() => observer.disconnect());
  return seen;
}
