// Faults are shown where they are; what has no place there is told on its own.

/** The problem as it is to be told beside its places: with only the faults of which `placed` says no. */
export function unplaced(problem, placed, nowWhat) {
  const faults = problem?.faults ?? [];
  const left = faults.filter(fault => !placed(fault));
  if (!problem || left.length === faults.length) return problem;
  const marked = faults.length - left.length;
  return Object.assign(new Error(`${marked} ${marked === 1 ? 'fault is' : 'faults are'} marked above. ${nowWhat}`), { faults: left });
}
