const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** The fields that stood there and were emptied. */
export const emptied = (stood: Record<string, unknown>, values: Record<string, unknown>): string[] =>
  Object.keys(stood).filter((field) => !isEmpty(stood[field]) && isEmpty(values[field]));

/** What was typed, without what was left empty. Numbers stay as typed: the workbook reads them. */
export function filled(values: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(values)) {
    if (isEmpty(value)) continue;
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      kept[field] = filled(value as Record<string, unknown>);
    else kept[field] = typeof value === 'string' ? value.trim() : value;
  }
  return kept;
}
