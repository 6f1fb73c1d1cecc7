// Whether the service is there. Whoever finds it gone says so; it is asked for until it answers again.
import { reactive } from 'vue';

/** `returns` counts how often it came back: pages watch it to load anew. */
export const connection = reactive({ away: false, returns: 0 });

export function lost() {
  if (connection.away) return;
  connection.away = true;
  setTimeout(knock, 500);
}

async function knock() {
  try {
    const answer = await fetch('/actuator/health/readiness', { cache: 'no-store' });
    if (answer.ok) {
      connection.away = false;
      connection.returns++;
      return;
    }
  } catch {
    // still away
  }
  setTimeout(knock, 1000);
}
