import type { JSX } from "preact";
import { useIsMounted } from "./use-is-mounted.ts";
import { clockText } from "./words.ts";
import type { ChartGroup } from "./zoom.ts";

/** Says which part of the time the charts of a group show, and shows all again. */
export function ZoomBar({ group }: { readonly group: ChartGroup }): JSX.Element {
  const isMounted = useIsMounted();
  const range = group.range.value;
  if (!isMounted) return <p class="zoom" />;
  return (
    <p class="zoom">
      {range === undefined ? (
        <span class="hint">Drag across a chart to zoom; the others follow. Arrow keys move the cursor.</span>
      ) : (
        <>
          <span>
            {clockText(range.from * 1000)}–{clockText(range.to * 1000)}
          </span>{" "}
          <button type="button" onClick={() => group.zoomTo(undefined)}>
            Show all
          </button>
        </>
      )}
    </p>
  );
}
