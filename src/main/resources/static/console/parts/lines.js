// Lines over something that grows, as ECharts has them.
import { chartColour } from '../modalities.js';

/** @param series of {name, colour, data, ...}, data being pairs of x and y */
export const lines = ({ x, y, series }) => ({
  grid: { left: 12, right: 16, top: 34, bottom: 28, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  legend: { top: 0, right: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 4 },
  tooltip: { trigger: 'axis', valueFormatter: value => value?.toPrecision(3) },
  xAxis: { type: 'value', nameLocation: 'middle', nameGap: 24, min: 1, max: 'dataMax', minInterval: 1, splitLine: { show: false }, ...x },
  yAxis: { type: 'value', scale: true, splitNumber: 4, ...y },
  series: series.map(({ name, colour, data, ...more }) => ({
    name, type: 'line', showSymbol: data.length < 30, symbolSize: 5, color: chartColour(colour), data, ...more,
  })),
});

/** Of a custom series whose data are x and two y: the line between them. */
export function stroke(_, at) {
  const [[x1, y1], [x2, y2]] = [1, 2].map(end => at.coord([at.value(0), at.value(end)]));
  return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: at.visual('color'), lineWidth: 4, opacity: 0.35 } };
}
