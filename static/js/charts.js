// Draws the charts of a page: <div data-chart="id"> with its data in <script id="id" type="application/json">.
// Data: {kind, title, unit, labels, series: [{name, values}]}; kind: "bars" lie, "lines" run from left to right. The table beside it says the same in numbers.
(() => {
  "use strict";

  const BAR = 30;
  const TALL = 280;
  const NARROW = 480;
  const INK = "#1b2430";
  const LINE = "#d5dce6";
  const COLOURS = ["#0f3f87", "#9a4a00", "#17663a", "#6b2c86"];

  const stacked = (width) => width < NARROW;
  const head = (data, width) => 16 + 24 * (stacked(width) ? data.series.length : 1);

  const values = (data, pieces) => ({
    type: "value",
    min: 0,
    max: data.unit === "%" ? 100 : null,
    splitNumber: pieces,
    minInterval: data.unit === "%" ? 0 : 1,
    axisLabel: { color: INK, formatter: `{value}${data.unit}`, hideOverlap: true },
    splitLine: { lineStyle: { color: LINE } },
  });

  const bars = (data, width) => ({
    xAxis: values(data, stacked(width) ? 2 : 5),
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
    yAxis: values(data, 5),
    series: data.series.map((one) => ({ type: "line", name: one.name, data: one.values, symbolSize: 6 })),
  });

  const option = (data, width) => ({
    animation: false,
    color: COLOURS,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: true, decal: { show: true }, label: { description: undefined } },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    legend: { top: 0, left: "left", orient: stacked(width) ? "vertical" : "horizontal", textStyle: { color: INK, fontSize: 14 } },
    grid: { top: head(data, width), left: 8, right: 40, bottom: 8, containLabel: true },
    ...(data.kind === "lines" ? lines(data) : bars(data, width)),
  });

  const draw = (place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const rows = data.labels.length * Math.max(BAR, 15 * data.series.length);
    const body = data.kind === "lines" ? TALL - 40 : 24 + rows;
    const chart = window.echarts.init(place, null, { renderer: "svg", height: 40 + body });
    const show = () => {
      const height = head(data, place.clientWidth) + body;
      place.style.height = `${height}px`;
      chart.resize({ height });
      chart.setOption(option(data, place.clientWidth));
      place.setAttribute("aria-label", data.title);
    };
    show();
    new ResizeObserver(show).observe(place);
  };

  document.querySelectorAll("[data-chart]").forEach(draw);
})();
