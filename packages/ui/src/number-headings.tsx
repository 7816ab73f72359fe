import type { JSX } from "preact";

/** Headings of columns that hold numbers. */
export function NumberHeadings({ titles }: { readonly titles: readonly string[] }): JSX.Element {
  return (
    <>
      {titles.map((title) => (
        <th key={title} scope="col" class="number">
          {title}
        </th>
      ))}
    </>
  );
}
