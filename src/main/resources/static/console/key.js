// The key that a service may ask for: a cookie of this browser session, since links and streams of events take no header.
import { reactive } from 'vue';

/** `asked` once the service has refused something for want of a key; `tried` if one was sent with it. */
export const key = reactive({ asked: false, tried: false });

const NAME = 'braid_key';

export function askForKey() {
  key.tried = document.cookie.split('; ').some(cookie => cookie.startsWith(`${NAME}=`));
  key.asked = true;
}

/** Keeps a key, and begins anew with it. */
export function giveKey(secret) {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${NAME}=${encodeURIComponent(secret)}; path=/; samesite=strict${secure}`;
  location.reload();
}
