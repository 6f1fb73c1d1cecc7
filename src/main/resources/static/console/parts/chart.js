// A chart of ECharts, which is loaded when the first one is shown, in the colours of the page.
import { onMounted, onUnmounted, ref, shallowRef, watch, watchEffect } from 'vue';
import { dark } from '../theme.js';

let library;
const echarts = () => library ??= import('echarts');

const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** What all charts share. */
function common() {
  const fontFamily = style('--pico-font-family') || 'system-ui';
  const axis = {
    axisLine: { lineStyle: { color: style('--pico-muted-border-color') } },
    axisTick: { show: false },
    axisLabel: { color: style('--pico-muted-color'), fontFamily, hideOverlap: true },
    nameTextStyle: { color: style('--pico-muted-color') },
    splitLine: { lineStyle: { color: style('--pico-muted-border-color'), opacity: 0.6 } },
  };
  return {
    textStyle: { fontFamily, color: style('--pico-color') },
    categoryAxis: axis, valueAxis: axis, timeAxis: axis,
    legend: { textStyle: { color: style('--pico-color') } },
    tooltip: {
      backgroundColor: style('--pico-card-background-color'), borderColor: style('--pico-muted-border-color'),
      textStyle: { color: style('--pico-color') },
    },
  };
}

export default {
  props: {
    option: Function, // gives ECharts' option; called again when what it reads changes, and with the theme
    label: String, // what a screen reader says instead
    height: { type: String, default: '16rem' },
    renderer: { type: String, default: 'svg' }, // 'canvas' where there are thousands of marks
  },
  emits: ['pick'], // with what ECharts tells of a mark that was clicked
  setup(props, { emit }) {
    const place = ref();
    const chart = shallowRef();
    const resized = new ResizeObserver(() => chart.value?.resize());
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let gone = false;

    async function draw() {
      const { init } = await echarts();
      if (gone) return;
      chart.value?.dispose();
      chart.value = init(place.value, common(), { renderer: props.renderer });
      chart.value.on('click', mark => emit('pick', mark));
    }

    /** Shows `by` as much of each axis around its middle, moved by parts of what is shown; without `by`, all. */
    function look(by, moved = [0, 0]) {
      const zooms = chart.value?.getOption().dataZoom ?? [];
      chart.value?.dispatchAction({
        type: 'dataZoom',
        batch: zooms.map(({ start, end }, axis) => {
          const size = by ? Math.min(100, by * (end - start)) : 100;
          const middle = by ? (start + end) / 2 + moved[axis] * size : 50;
          const from = Math.max(0, Math.min(100 - size, middle - size / 2));
          return { dataZoomIndex: axis, start: from, end: from + size };
        }),
      });
    }
    onMounted(() => {
      draw();
      resized.observe(place.value);
    });
    watch(dark, draw, { flush: 'post' });
    watchEffect(() => chart.value?.setOption(
      { animation: !still, animationDuration: 300, animationDurationUpdate: 300, ...props.option() },
      { replaceMerge: ['series', 'yAxis'] }));
    onUnmounted(() => {
      gone = true;
      resized.disconnect();
      chart.value?.dispose();
    });
    return { look, place };
  },
  template: `<div ref="place" class="chart" role="img" :aria-label="label" :style="{ height }"></div>`,
};
