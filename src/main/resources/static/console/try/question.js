// What is asked: a collection, a sample, and which of its modalities are switched off. The address has it too.
import { computed, reactive, watch } from 'vue';
import { Away, get } from '../api.js';
import { connection } from '../connection.js';

export function useQuestion(route, router) {
  const question = reactive({
    collections: [], // all there are
    collection: undefined, // the chosen one
    modalities: [], // of its model, in schema order, as in the model's config
    names: computed(() => question.modalities.map(modality => modality.name)),
    ids: [], // of some of its items
    sample: undefined, // {id, modalities, metadata}; no modalities where the item came as an embedding
    off: new Set(),
    order: 'confidence',
    k: 10,
    on: computed(() => question.names.filter(name => question.sample?.modalities?.[name] != null && !question.off.has(name))),
    problem: undefined,
    choose, take, takeAny, paste, toggle,
  });

  let richest; // one of the first items that have most

  /** Takes a collection, and a sample of it: the one named, or any. */
  async function choose(name, id) {
    await guarded(async () => {
      const collection = name ? question.collections.find(known => known.name === name) : question.collections[0];
      if (name && !collection) throw new Error(`There is no collection '${name}'.`);
      question.sample = undefined;
      question.collection = collection;
      if (!collection) return;
      const [version, page] = await Promise.all([
        get(`/v1/models/${collection.model}/versions/${collection.version}`),
        get(`/v1/collections/${collection.name}/items?limit=200`),
      ]);
      question.modalities = version.config.modalities;
      question.ids = page.items.map(item => item.id);
      richest = page.items.toSorted((a, b) => b.present.length - a.present.length)[0]?.id;
    });
    if (!question.problem && (id ?? richest)) await take(id ?? richest);
  }

  /** Takes a stored item. */
  async function take(id) {
    await guarded(async () => {
      const path = `/v1/collections/${question.collection.name}/items/${encodeURIComponent(id)}`;
      show(await get(`${path}?include=modalities`));
    });
  }

  function takeAny() {
    return take(question.ids[Math.floor(Math.random() * question.ids.length)]);
  }

  /** Takes a sample that somebody wrote. */
  function paste(text) {
    question.problem = undefined;
    try {
      const written = JSON.parse(text);
      if (typeof written !== 'object' || written === null || Array.isArray(written)) throw new Error('a sample is an object');
      show({ metadata: {}, modalities: written, ...written.modalities && written, id: undefined });
    } catch (failure) {
      question.problem = new Error(`This is no JSON of a sample: ${failure.message}`);
    }
  }

  function show(sample) {
    question.sample = sample;
    const keeps = [...question.off].filter(name => sample.modalities?.[name] != null);
    question.off = new Set(keeps.length < Object.keys(sample.modalities ?? {}).length ? keeps : []);
  }

  /** Switches a modality; the last one stays on, for a sample without any is none. */
  function toggle(name) {
    const off = new Set(question.off);
    if (!off.delete(name) && question.on.length > 1) off.add(name);
    question.off = off;
  }

  async function guarded(load) {
    try {
      question.problem = undefined;
      await load();
    } catch (failure) {
      if (!(failure instanceof Away)) question.problem = failure;
    }
  }

  async function start() {
    const { collection, item, off } = route.query;
    await guarded(async () => question.collections = (await get('/v1/collections?limit=1000')).items);
    question.off = new Set(off ? off.split(',') : []);
    if (!question.problem) await choose(collection, item);
  }

  watch(() => connection.returns, () => question.sample ? undefined : start());
  watch(() => [question.collection?.name, question.sample?.id, [...question.off].join()], ([collection, item, off]) => {
    if (question.sample) router.replace({ query: { collection, item, off: off || undefined } });
  });
  watch(() => route.query, ({ collection, item, off }) => {
    const isShown = collection === question.collection?.name && item === question.sample?.id && (off ?? '') === [...question.off].join();
    if (route.path === '/try' && !isShown) start();
  });
  start();
  return question;
}
