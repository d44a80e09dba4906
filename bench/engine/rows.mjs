/**
 * The rows of the table. Two kinds of comparison: where we want at least something, the ratio says how many times as fast
 * we are; where we want at most something, how many times as long we take.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} work
 * @property {string} name of ours, such as 'mlsec, relaxed'
 * @property {string} against
 * @property {number} [ours] the best; absent, with a remark, where it was not measured
 * @property {number} [rival]
 * @property {number} [ratio] of the best figures
 * @property {number} [wanted] absent where the row is for information
 * @property {'at least' | 'at most'} bound
 * @property {boolean} [reached]
 * @property {number} [oursMedian]
 * @property {number} [rivalMedian]
 * @property {number} [ratioOfMedians]
 * @property {string} unit
 * @property {string} [remark]
 */
import { ourName } from './mlsec.mjs';

export const wantedOfSimd = 0.6;

/**
 * @param {object} comparison
 * @param {string} comparison.id
 * @param {string} comparison.work
 * @param {string} [comparison.name]
 * @param {{best: number, median: number}} comparison.ours
 * @param {string} comparison.against
 * @param {{best: number, median: number} | {problem: string}} comparison.rival
 * @param {number} [comparison.atLeast]
 * @param {number} [comparison.atMost]
 * @param {'ms' | 'GFLOP/s'} [comparison.unit]
 * @returns {Row}
 */
export function rowOf({ id, work, name = ourName('relaxed'), ours, against, rival, atLeast, atMost, unit = 'ms' }) {
  const bound = atMost === undefined ? 'at least' : 'at most';
  const wanted = atMost ?? atLeast;
  const row = { id, work, name, against, ours: ours.best, oursMedian: ours.median, wanted, bound, unit };
  if ('problem' in rival) return { ...row, remark: rival.problem };
  const oursOverRival = (unit === 'GFLOP/s') === (bound === 'at least');
  const ratioOf = (figure) => (oursOverRival ? ours[figure] / rival[figure] : rival[figure] / ours[figure]);
  const ratio = ratioOf('best');
  return {
    ...row,
    rival: rival.best,
    rivalMedian: rival.median,
    ratio,
    ratioOfMedians: ratioOf('median'),
    ...(wanted !== undefined && { reached: bound === 'at least' ? ratio >= wanted : ratio <= wanted }),
  };
}

/** The `simd` build beside the `relaxed` one. @param {Record<string, import('./measure.mjs').Figures>} figures */
export const simdRow = (id, work, figures, unit = 'ms') =>
  rowOf({
    id: `${id}/simd`,
    work,
    name: ourName('simd'),
    ours: figures[ourName('simd')],
    against: ourName('relaxed'),
    rival: figures[ourName('relaxed')],
    atLeast: wantedOfSimd,
    unit,
  });
