// The key that a service may ask for: a cookie of this browser session, since links and streams of events take no header.
import { reactive } from 'vue';
import { returned } from './connection.js';

/** Why one is asked for, while it is: it is `missing`, the one that was sent is `unknown`, or `another` may do more. */
export const key = reactive({ asked: undefined });

const NAME = 'braid_key';

/** What a cookie's value may hold (RFC 6265). It is sent as it is: nobody decodes it. */
const FITS = /^[!#-+\--:<-[\]-~]*$/;

export const fits = secret => FITS.test(secret);

/** The service has refused something for want of a key. */
export function askForKey() {
  key.asked ??= document.cookie.split('; ').some(cookie => cookie.startsWith(`${NAME}=`)) ? 'unknown' : 'missing';
}

/** Keeps a key; pages load anew with it, and what was typed into them stays. */
export function giveKey(secret) {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${NAME}=${secret}; path=/; samesite=strict${secure}`;
  key.asked = undefined;
  returned();
}
