// Whether the service is there. Whoever finds it gone says so; it is asked for until it answers again.
import { reactive } from 'vue';

/** `returns` counts how often it came back, or let somebody in: pages watch it to load anew. */
export const connection = reactive({ away: false, returns: 0 });

/** Pages load anew: the service is back, or was given a key. */
export const returned = () => connection.returns++;

export function lost() {
  if (connection.away) return;
  connection.away = true;
  setTimeout(knock, 500);
}

/** Any answer but one of a failure will do: where management has a port of its own, nothing is at this address, and that is told by a service that is there. */
async function knock() {
  try {
    const answer = await fetch('/actuator/health/readiness', { cache: 'no-store' });
    if (answer.status < 500) {
      connection.away = false;
      returned();
      return;
    }
  } catch {
    // still away
  }
  setTimeout(knock, 1000);
}
