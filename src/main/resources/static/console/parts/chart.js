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
  },
  setup(props) {
    const place = ref();
    const chart = shallowRef();
    const resized = new ResizeObserver(() => chart.value?.resize());
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let gone = false;

    async function draw() {
      const { init } = await echarts();
      if (gone) return;
      chart.value?.dispose();
      chart.value = init(place.value, common(), { renderer: 'svg' });
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
    return { place };
  },
  template: `<div ref="place" class="chart" role="img" :aria-label="label" :style="{ height }"></div>`,
};
