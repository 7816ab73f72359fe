import { effect } from "@preact/signals";
import type { Chart } from "./chart.ts";
import { type CursorPlace, type LiveChart, mountLiveChart } from "./live-chart.ts";
import type { ChartGroup } from "./zoom.ts";

/** A drawing that follows the page. */
export interface KeptChart {
  /** Shows a newer state of the chart, in the drawing that is there where it fits. */
  readonly update: (chart: Chart) => void;
  readonly end: () => void;
}

interface Mount {
  readonly group: ChartGroup | undefined;
  readonly onCursor: (place: CursorPlace | undefined) => void;
  /** Told of each drawing, because a change of colours needs a new one. */
  readonly onMount: (live: LiveChart) => void;
}

/**
 * Keeps a chart drawn in `host`: as wide as the page, in the page's present colours, zoomed as its group is.
 */
export function keepMounted(host: HTMLElement, first: Chart, { group, onCursor, onMount }: Mount): KeptChart {
  let chart = first;
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  let live = mount();
  const resizing = new ResizeObserver(() => {
    if (host.clientWidth > 0) live.resize(host.clientWidth);
  });
  resizing.observe(host);
  const remount = (): void => {
    live.destroy();
    live = mount();
    live.show(group?.range.value);
  };
  darkness.addEventListener("change", remount);
  const stopZooming = group === undefined ? () => {} : effect(() => live.show(group.range.value));

  function mount(): LiveChart {
    const mounted = mountLiveChart(host, chart, {
      widthPx: host.clientWidth || host.parentElement?.clientWidth || 600,
      syncKey: group?.key,
      onCursor,
      onRange: (range) => group?.zoomTo(range),
    });
    onMount(mounted);
    return mounted;
  }

  const end = (): void => {
    stopZooming();
    darkness.removeEventListener("change", remount);
    resizing.disconnect();
    live.destroy();
  };
  return {
    update: (newer) => {
      if (newer === chart) return;
      chart = newer;
      if (!live.update(newer)) remount();
    },
    end,
  };
}
