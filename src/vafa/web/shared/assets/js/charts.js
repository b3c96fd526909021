// Charts: tree-shaken ECharts drawn as SVG, mirrored for Persian, in the theme's colours.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  PieChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
]);

const SHAPES = ["circle", "rect", "triangle", "diamond", "roundRect"];
const FONT = '"Vazirmatn Variable", sans-serif';
// Said, since the library measures it by a Chinese letter, for which there may be no font.
const LINE = 20;
const drawn = new Map();

function palette() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    series: [1, 2, 3, 4, 5].map((n) => of(`--vafa-chart-${n}`)),
    text: of("--color-base-content"),
    muted: of("--vafa-muted"),
    line: of("--color-base-300"),
    card: of("--color-base-100"),
    empty: of("--color-base-200"),
  };
}

// The drawing itself runs from left to right: each text in it keeps an order of its own, else
// «۳ آبان» would be read from its end.
function isolated(lang) {
  const start = lang === "fa" ? "\u2067" : "\u2068";
  return (text) => `${start}${text}\u2069`;
}

function formatters(spec, lang) {
  const locale = lang === "fa" ? "fa-IR" : "en-US";
  const size = spec.size || 1;
  const percent = spec.format === "percent";
  const short = new Intl.NumberFormat(locale, {
    notation: percent ? "standard" : "compact",
    style: percent ? "percent" : "decimal",
    maximumFractionDigits: 1,
  });
  const exact = new Intl.NumberFormat(locale, {
    style: percent ? "percent" : "decimal",
    maximumFractionDigits: percent ? 1 : 2,
  });
  const unit = spec.unit ? ` ${spec.unit}` : "";
  const apart = isolated(lang);
  return {
    apart,
    short: (value) => apart(short.format(value / size)),
    exact: (value) => (value == null ? "—" : exact.format(value / size) + unit),
  };
}

function seriesOf(item, index, spec, colors) {
  const before = item.of != null;
  const color = colors.series[(before ? item.of : index) % 5];
  return {
    name: item.name,
    type: item.kind || spec.kind,
    data: item.values,
    stack: spec.stacked ? "all" : undefined,
    symbol: before ? "none" : SHAPES[index % 5],
    symbolSize: 6,
    showSymbol: spec.labels.length <= 31 && !before,
    barMaxWidth: 32,
    itemStyle: { color, borderRadius: 2 },
    lineStyle: { color, width: 2, type: before ? "dashed" : "solid" },
    emphasis: { focus: "series" },
  };
}

// Whether the last name is wider than the place of one bar on a phone, at about six pixels a letter.
function isCrowded(labels) {
  return labels.length * (labels.at(-1) || "").length > 48;
}

function cartesian(spec, lang, colors) {
  const rtl = lang === "fa";
  const format = formatters(spec, lang);
  const text = { color: colors.muted, fontSize: 12 };
  return {
    grid: { top: spec.series.length > 3 ? 60 : spec.series.length > 1 ? 40 : 16, bottom: 8, left: 8, right: 8, containLabel: true },
    legend: {
      show: spec.series.length > 1,
      top: 0,
      [rtl ? "right" : "left"]: 0,
      align: rtl ? "right" : "left",
      // A legend always runs from left to right: in Persian the first comes last.
      data: rtl ? spec.series.map((s) => s.name).reverse() : spec.series.map((s) => s.name),
      textStyle: { color: colors.text },
      formatter: format.apart,
    },
    xAxis: {
      type: "category",
      data: spec.labels,
      inverse: rtl,
      axisLabel: {
        ...text,
        hideOverlap: true,
        // The last name ends at its bar where it would be cut at the edge; a short one has room, and
        // moved aside it would hide behind its neighbour.
        alignMaxLabel: isCrowded(spec.labels) ? (rtl ? "left" : "right") : undefined,
        formatter: format.apart,
      },
      axisLine: { lineStyle: { color: colors.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      // Counts and sums are whole: half a member is no step of an axis.
      minInterval: spec.format === "percent" ? undefined : spec.size || 1,
      position: rtl ? "right" : "left",
      axisLabel: { ...text, formatter: format.short },
      splitLine: { lineStyle: { color: colors.line } },
    },
    series: spec.series.map((item, i) => seriesOf(item, i, spec, colors)),
    tooltip: {
      trigger: "axis",
      formatter: (items) =>
        [items[0].name, ...items.map((i) => `${i.seriesName}: ${format.exact(i.value)}`)]
          .map(format.apart)
          .join("\n"),
    },
  };
}

function pie(spec, lang, colors) {
  const format = formatters(spec, lang);
  return {
    color: colors.series,
    series: [
      {
        type: "pie",
        // Room for the words on both sides of a narrow screen too.
        radius: ["38%", "58%"],
        data: spec.labels.map((name, i) => ({ name, value: spec.series[0].values[i] })),
        label: {
          color: colors.text,
          lineHeight: LINE,
          bleedMargin: 0,
          formatter: (i) => `${format.apart(i.name)}\n${format.short(i.value)}`,
        },
        labelLine: { length: 16, length2: 6 },
        itemStyle: { borderColor: colors.card, borderWidth: 2 },
      },
    ],
    tooltip: { trigger: "item", formatter: (i) => format.apart(`${i.name}: ${format.exact(i.value)}`) },
  };
}

// Series are rows of cells from the top down, labels stand across.
function heat(spec, lang, colors) {
  const rtl = lang === "fa";
  const format = formatters(spec, lang);
  const text = { color: colors.muted, fontSize: 12 };
  const rows = spec.series.map((s) => s.name);
  const cells = spec.series.flatMap((s, y) => s.values.map((value, x) => [x, y, value || 0]));
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false } };
  return {
    grid: { top: 8, bottom: 48, left: 8, right: 8, containLabel: true },
    xAxis: {
      ...axis,
      data: spec.labels,
      inverse: rtl,
      axisLabel: { ...text, hideOverlap: true, formatter: format.apart },
    },
    yAxis: {
      ...axis,
      data: rows,
      inverse: true,
      position: rtl ? "right" : "left",
      axisLabel: { ...text, interval: 0, formatter: format.apart },
    },
    visualMap: {
      min: 0,
      max: Math.max(1, ...cells.map((cell) => cell[2])),
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 120,
      itemWidth: 12,
      formatter: format.short,
      textStyle: { color: colors.muted },
      inRange: { color: [colors.empty, colors.series[0]] },
    },
    series: [
      { type: "heatmap", data: cells, itemStyle: { borderColor: colors.card, borderWidth: 2 } },
    ],
    tooltip: {
      trigger: "item",
      formatter: (i) =>
        [`${rows[i.value[1]]} ${spec.labels[i.value[0]]}`, format.exact(i.value[2])]
          .map(format.apart)
          .join("\n"),
    },
  };
}

const DRAWN = { pie, heat };

function option(spec, lang) {
  const colors = palette();
  const body = (DRAWN[spec.kind] || cartesian)(spec, lang, colors);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // Rich text is drawn inside the SVG: an HTML tooltip needs inline styles, which our CSP refuses.
  Object.assign(body.tooltip, {
    renderMode: "richText",
    confine: true,
    backgroundColor: colors.card,
    borderColor: colors.line,
    textStyle: {
      color: colors.text,
      fontSize: 13,
      lineHeight: LINE,
      align: lang === "fa" ? "right" : "left",
    },
  });
  return {
    ...body,
    animation: !still,
    animationDuration: 250,
    textStyle: { fontFamily: FONT },
    aria: { enabled: true, label: { description: spec.title || "" } },
  };
}

function draw(box) {
  const spec = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const lang = document.documentElement.lang;
  const chart = drawn.get(box) || echarts.init(box, null, { renderer: "svg" });
  chart.setOption(option(spec, lang), true);
  if (!drawn.has(box)) {
    drawn.set(box, chart);
    new ResizeObserver(() => chart.resize()).observe(box);
    if (spec.links) {
      chart.on("click", (event) => {
        const url = spec.links[event.dataIndex];
        if (url) location.assign(url);
      });
    }
  }
  box.dataset.drawn = "1";
}

// Draws every chart of `root` that is not drawn yet, and forgets those that htmx took away.
export function drawAll(root) {
  for (const [box, chart] of drawn) {
    if (!box.isConnected) {
      chart.dispose();
      drawn.delete(box);
    }
  }
  root.querySelectorAll("[data-chart]:not([data-drawn])").forEach(draw);
}

function redraw() {
  for (const box of drawn.keys()) draw(box);
}
document.addEventListener("vafa:theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
