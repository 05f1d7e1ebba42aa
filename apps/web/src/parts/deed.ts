/** What was typed, without what was left empty. Numbers stay as typed: the workbook reads them. */
export function filled(values: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === '') continue;
    if (Array.isArray(value) && value.length === 0) continue;
    if (typeof value === 'object' && !Array.isArray(value)) kept[field] = filled(value as Record<string, unknown>);
    else kept[field] = typeof value === 'string' ? value.trim() : value;
  }
  return kept;
}
