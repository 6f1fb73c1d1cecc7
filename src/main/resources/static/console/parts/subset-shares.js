// How common each subset of modalities is, among one or two kinds of things.
import { computed } from 'vue';
import { chartColour } from '../modalities.js';
import { count } from '../words.js';
import Chart from './chart.js';

const SHOWN = 15; // bars

export default {
  components: { Chart },
  props: {
    kinds: Array, // of [name, {subset: number}]
    about: String, // the id of the heading
  },
  setup(props) {
    const sums = computed(() => props.kinds.map(([, subsets]) => Object.values(subsets).reduce((a, b) => a + b, 0)));
    const rows = computed(() => [...new Set(props.kinds.flatMap(([, subsets]) => Object.keys(subsets)))]
      .map(subset => {
        const numbers = props.kinds.map(([, subsets]) => subsets[subset] ?? 0);
        return { name: subset || 'embedding only', numbers, shares: numbers.map((n, kind) => n / Math.max(1, sums.value[kind])) };
      })
      .sort((a, b) => Math.max(...b.shares) - Math.max(...a.shares)));
    const option = () => {
      const shown = rows.value.slice(0, SHOWN);
      return {
        grid: { left: 12, right: 16, top: props.kinds.length > 1 ? 30 : 4, bottom: 10, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
        legend: props.kinds.length > 1 ? { top: 0, right: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 6 } : undefined,
        tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: x => `${x.toFixed(1)} %` },
        xAxis: { type: 'value', min: 0, max: ({ max }) => max > 80 ? 100 : null, splitNumber: 3, axisLabel: { formatter: '{value} %' } },
        yAxis: { type: 'category', inverse: true, data: shown.map(row => row.name), axisLine: { show: false },
          axisLabel: { formatter: name => name.replaceAll('+', ' + '), width: innerWidth < 640 ? 120 : 215, overflow: 'truncate' } },
        series: props.kinds.map(([name], kind) => ({
          name, type: 'bar', barMaxWidth: 11, color: chartColour(kind ? 3 : 0), data: shown.map(row => 100 * row.shares[kind]),
        })),
      };
    };
    const height = computed(() => `${4 + (props.kinds.length > 1 ? 1.9 : 1.5) * Math.min(SHOWN, rows.value.length)}rem`);
    return { count, height, option, rows };
  },
  template: `
    <Chart :option="option" :height="height"
      :label="'Share of ' + kinds.map(([name]) => name).join(' and of ') + ' with each subset of modalities. The numbers are in the table below.'"></Chart>
    <details>
      <summary>As numbers</summary>
      <div class="wide" role="group" tabindex="0" :aria-labelledby="about"><table>
        <thead><tr><th>Modalities</th><th v-for="[name] in kinds" class="number">{{ name }}</th></tr></thead>
        <tbody><tr v-for="row in rows" :key="row.name">
          <th scope="row">{{ row.name }}</th><td v-for="n in row.numbers" class="number">{{ count(n) }}</td>
        </tr></tbody>
      </table></div>
    </details>`,
};
