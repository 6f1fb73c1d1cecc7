// The map as ECharts has it: a series for each group, in its mode for many points. The wheel and the finger are the page's: the map is
// zoomed with Ctrl, two fingers, buttons or keys, and moved by a mouse.
import { chartColour } from '../modalities.js';

const isTouched = matchMedia('(pointer: coarse)').matches;
const LARGE = 2000; // points, beyond which each group is drawn at one go

export function plot(groups, { points, by }) {
  const size = points.length > 10_000 ? 3 : points.length > 1000 ? 5 : 7;
  const axis = {
    type: 'value', scale: true, axisLabel: { show: false }, axisLine: { show: false }, splitNumber: 4,
    min: ({ min, max }) => min - margin(min, max), max: ({ min, max }) => max + margin(min, max),
  };
  return {
    animation: false,
    grid: { left: 4, right: 4, top: 44, bottom: 4 },
    legend: { type: 'scroll', top: 0, left: 0, icon: 'circle', itemWidth: 10, itemHeight: 10 },
    tooltip: {
      trigger: 'item',
      formatter: ({ data: [, , id, present, value] }) => [id, present, ...value === undefined ? [] : [`${by}: ${value}`]].map(escape).join('<br>'),
    },
    xAxis: axis, yAxis: axis,
    dataZoom: ['xAxisIndex', 'yAxisIndex'].map(which => ({
      type: 'inside', [which]: 0, filterMode: 'none', minSpan: 0.5,
      zoomOnMouseWheel: isTouched || 'ctrl', moveOnMouseMove: !isTouched, preventDefaultMouseMove: !isTouched,
    })),
    series: groups.map(({ name, colour, points: some }) => ({
      name, type: 'scatter', large: points.length > LARGE, largeThreshold: 0, progressive: 0, symbolSize: size, color: colour ?? chartColour(7),
      z: colour ? 3 : 2, itemStyle: { opacity: colour ? 0.75 : 0.4 },
      data: some.map(({ id, position, present, value }) => [position[0], position[1], id, present.join(' + ') || 'embedding only', value]),
    })),
  };
}

/** Around points that all coincide there is room, too. */
const margin = (min, max) => 0.03 * (max - min) || 1;

/** What comes from a collection is text, not markup. */
const escape = text => String(typeof text === 'object' ? JSON.stringify(text) : text)
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
