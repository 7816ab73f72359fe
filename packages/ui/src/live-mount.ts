import { effect } from "@preact/signals";
import type { Chart } from "./chart.ts";
import { type CursorPlace, type LiveChart, mountLiveChart } from "./live-chart.ts";
import type { ChartGroup } from "./zoom.ts";

interface Mount {
  readonly group: ChartGroup | undefined;
  readonly onCursor: (place: CursorPlace | undefined) => void;
  /** Told of each drawing, because a change of colours needs a new one. */
  readonly onMount: (live: LiveChart) => void;
}

/**
 * Keeps a chart drawn in `host`: as wide as the page, in the page's present colours, zoomed as its group is.
 * @returns ends all of it
 */
export function keepMounted(host: HTMLElement, chart: Chart, { group, onCursor, onMount }: Mount): () => void {
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  let live = mount();
  const resizing = new ResizeObserver(() => {
    if (host.clientWidth > 0) live.resize(host.clientWidth);
  });
  resizing.observe(host);
  const recolour = (): void => {
    live.destroy();
    live = mount();
    live.show(group?.range.value);
  };
  darkness.addEventListener("change", recolour);
  const stopZooming = group === undefined ? () => {} : effect(() => live.show(group.range.value));

  function mount(): LiveChart {
    const mounted = mountLiveChart(host, chart, {
      widthPx: host.clientWidth || host.parentElement?.clientWidth || 600,
      syncKey: group?.key,
      onCursor,
      onRange: (range) => {
        if (group !== undefined) group.range.value = range;
      },
    });
    onMount(mounted);
    return mounted;
  }

  return () => {
    stopZooming();
    darkness.removeEventListener("change", recolour);
    resizing.disconnect();
    live.destroy();
  };
}
