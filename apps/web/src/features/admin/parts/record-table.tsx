/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- shown as a block, a row is none any more to a browser; its role is written out */
import type { ReactNode } from 'react';

export interface Column<Row> {
  head: string;
  /** Its head is for screen readers only, and its cells have none on a phone. */
  isBare?: boolean;
  className?: string;
  cell: (row: Row) => ReactNode;
}

const headClass = 'px-3 py-2 font-medium first:pl-0 last:pr-0';

/**
 * Rows that are cards on a phone.
 */
export function RecordTable<Row extends { id: string }>({
  label,
  columns: [first, ...others],
  rows,
}: {
  label: string;
  /** The first names the row. */
  columns: [Column<Row>, ...Array<Column<Row>>];
  rows: readonly Row[];
}) {
  return (
    <table role="table" aria-label={label} className="w-full text-sm max-md:block">
      <thead role="rowgroup" className="max-md:sr-only">
        <tr role="row" className="border-b border-line text-left text-muted">
          {[first, ...others].map(({ head, isBare = false }) => (
            <th key={head} role="columnheader" scope="col" className={headClass}>
              {isBare ? <span className="sr-only">{head}</span> : head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-md:grid max-md:gap-3">
        {rows.map((row) => (
          <tr
            key={row.id}
            role="row"
            className="align-top max-md:relative max-md:block max-md:rounded-xl max-md:border max-md:border-line max-md:bg-raised max-md:p-4 max-md:shadow-card md:border-b md:border-line md:last:border-0"
          >
            <th
              role="rowheader"
              scope="row"
              className={`min-w-0 text-left font-normal max-md:block max-md:pr-10 md:py-3 md:pr-3 ${first.className ?? ''}`}
            >
              {first.cell(row)}
            </th>
            {others.map(({ head, isBare = false, className = '', cell }) => (
              <td
                key={head}
                role="cell"
                className={
                  isBare
                    ? `max-md:absolute max-md:top-2 max-md:right-2 md:py-1.5 md:pl-3 md:text-right ${className}`
                    : `max-md:mt-1.5 max-md:flex max-md:items-baseline max-md:gap-3 md:px-3 md:py-3 ${className}`
                }
              >
                {!isBare && (
                  <span aria-hidden="true" className="w-24 shrink-0 text-muted md:hidden">
                    {head}
                  </span>
                )}
                <div className="min-w-0">{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
