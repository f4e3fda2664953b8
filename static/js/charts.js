// Draws the charts of a page: <div data-chart="id"> with its data in <script id="id" type="application/json">.
// Data: {kind, title, unit, labels, series: [{name, values}]}; kind: "bars" lie, "lines" run from left to right. The table beside it says the same in numbers.
(() => {
  "use strict";

  const BAR = 30;
  const TALL = 280;
  const NARROW = 400; // there the legend takes two lines
  const INK = "#1b2430";
  const LINE = "#d5dce6";
  const COLOURS = ["#0f3f87", "#9a4a00", "#17663a", "#6b2c86"];

  const values = (data) => ({
    type: "value",
    min: 0,
    max: data.unit === "%" ? 100 : null,
    minInterval: data.unit === "%" ? 0 : 1,
    axisLabel: { color: INK, formatter: `{value}${data.unit}` },
    splitLine: { lineStyle: { color: LINE } },
  });

  const bars = (data, width) => ({
    xAxis: values(data),
    yAxis: {
      type: "category",
      inverse: true,
      data: data.labels,
      axisLabel: { color: INK, width: Math.round(width / 3), overflow: "truncate" },
      axisTick: { show: false },
    },
    series: data.series.map((one) => ({ type: "bar", name: one.name, data: one.values, barMaxWidth: 12 })),
  });

  const lines = (data) => ({
    xAxis: { type: "category", data: data.labels, axisLabel: { color: INK }, axisTick: { show: false } },
    yAxis: values(data),
    series: data.series.map((one) => ({ type: "line", name: one.name, data: one.values, symbolSize: 6 })),
  });

  const option = (data, width) => ({
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: true, decal: { show: true }, label: { description: undefined } },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    legend: { top: 0, left: "left", textStyle: { color: INK, fontSize: 14 } },
    grid: { top: width < NARROW ? 64 : 40, left: 8, right: 40, bottom: 8, containLabel: true },
    ...(data.kind === "lines" ? lines(data) : bars(data, width)),
  });

  const draw = (place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const rows = data.labels.length * Math.max(BAR, 15 * data.series.length);
    const height = data.kind === "lines" ? TALL : 64 + rows;
    place.style.height = `${height}px`;
    const chart = window.echarts.init(place, null, { renderer: "svg", height });
    const show = () => {
      chart.resize({ height });
      chart.setOption(option(data, place.clientWidth));
      place.setAttribute("aria-label", data.title);
    };
    show();
    new ResizeObserver(show).observe(place);
  };

  document.querySelectorAll("[data-chart]").forEach(draw);
})();
