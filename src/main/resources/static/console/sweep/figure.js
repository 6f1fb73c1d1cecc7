// A figure of the report: a chart for each panel, a line for each setting, with the deviation over seeds.
import { computed } from 'vue';
import { lines, stroke } from '../parts/lines.js';
import Chart from '../parts/chart.js';

export default {
  components: { Chart },
  props: { figure: Object },
  setup(props) {
    const panels = computed(() => props.figure.panels.filter(panel => panel.series.some(series => series.points.length)));
    const option = panel => () => {
      const xs = [...new Set(panel.series.flatMap(series => series.points.map(point => point.x)))];
      const around = xs.length === 1 ? 0.5 : 0; // one value has no scale
      return lines({
        x: {
          name: panel.x, min: Math.min(...xs) - around, max: Math.max(...xs) + around, minInterval: 0,
          ...around && { axisLabel: { customValues: xs }, axisTick: { customValues: xs } },
        }, y: {},
        series: panel.series.flatMap(({ name, points }, colour) => [
          { name, colour, data: points.map(point => [point.x, point.mean]) },
          ...points.some(point => point.deviation) ? [bars(name, colour, points)] : [],
        ]),
      });
    };
    /** A stroke from a deviation below the mean to one above. */
    const bars = (name, colour, points) => ({
      name, colour, type: 'custom', silent: true, tooltip: { show: false }, encode: { x: 0, y: [1, 2] }, clip: true,
      data: points.map(({ x, mean, deviation = 0 }) => [x, mean - deviation, mean + deviation]),
      renderItem: stroke,
    });
    return { option, panels };
  },
  template: `
    <section class="apart" :aria-labelledby="'figure-' + figure.figure">
      <h2 :id="'figure-' + figure.figure">{{ figure.title }}</h2>
      <div class="pair">
        <div v-for="panel in panels" :key="panel.title">
          <h3>{{ panel.title }}</h3>
          <Chart :option="option(panel)" :label="panel.title + ' by ' + panel.x + '. The same numbers are in the table below.'"></Chart>
        </div>
      </div>
      <details>
        <summary>As numbers</summary>
        <div class="wide" role="group" tabindex="0" :aria-labelledby="'figure-' + figure.figure"><table>
          <thead><tr><th>Panel</th><th>Setting</th><th class="number">x</th><th class="number">Mean</th><th class="number">Deviation</th><th class="number">Seeds</th></tr></thead>
          <tbody><template v-for="panel in panels"><template v-for="series in panel.series"><tr v-for="point in series.points">
            <th scope="row">{{ panel.title }}</th><td>{{ series.name }}</td><td class="number">{{ point.x }}</td>
            <td class="number">{{ point.mean.toPrecision(4) }}</td><td class="number">{{ point.deviation?.toPrecision(2) }}</td><td class="number">{{ point.seeds }}</td>
          </tr></template></template></tbody>
        </table></div>
      </details>
    </section>`,
};
