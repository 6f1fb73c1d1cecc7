// What is open while the page is looked at: a browser has six connections to a service, however many tabs are open on it.
import { onUnmounted } from 'vue';

export function whileSeen(open, close) {
  const look = () => document.hidden ? close() : open();
  document.addEventListener('visibilitychange', look);
  onUnmounted(() => {
    document.removeEventListener('visibilitychange', look);
    close();
  });
}
