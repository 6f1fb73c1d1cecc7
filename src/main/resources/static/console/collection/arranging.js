// A worker that arranges points on a plane so that those that are near in many directions are near there, too (UMAP).
// It takes a list of points, each a list of numbers; it tells {part}, 0 to 1, and at last {places}, a pair of numbers each.
// umap-js 1.4.0 is of the npm registry; where it is from, and its licence, is beside it.
importScripts('../third-party/umap-js-1.4.0/umap-js.min.js');

const NEIGHBOURS = 15; // that each point is held to
const SEED = 43; // the same points are arranged the same way each time
const EVERY = 100; // ms between two words on how far it is
const SPREAD = 10; // of the start, along the first direction

onmessage = ({ data: points }) => {
  const umap = new UMAP.UMAP({ nNeighbors: Math.min(NEIGHBOURS, points.length - 1), random: randomOf(SEED) });
  const epochs = umap.initializeFit(points);
  startFrom(points, umap.getEmbedding());
  let told = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (performance.now() - told < EVERY) continue;
    told = performance.now();
    postMessage({ part: epoch / epochs });
  }
  postMessage({ places: umap.getEmbedding() });
};

/** Puts each place where its point lies in the first two directions, so that both maps look alike; a little of the random start parts equal ones. */
function startFrom(points, places) {
  const reach = points.reduce((most, [first]) => Math.max(most, Math.abs(first)), 0) || 1;
  points.forEach((point, index) => places[index].forEach((by, axis, place) => place[axis] = SPREAD * (point[axis] ?? 0) / reach + by / 1000));
}

/** Mulberry32: numbers of 0 to 1. */
function randomOf(state) {
  return () => {
    state = state + 0x6D2B79F5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
