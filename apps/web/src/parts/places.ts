/** The screen of a document, by its kind. */
export function screenOf(kind: string, id: string): string | null {
  switch (kind) {
    case 'household':
      return `/households/${id}`;
    case 'matter':
      return `/matters/${id}`;
    case 'plan':
      return `/plans/${id}`;
    case 'meeting':
      return `/meetings/${id}`;
    case 'pledge':
      return '/pledge';
    case 'diary':
      return '/diary';
    case 'complaint':
      return '/box';
    case 'studio':
    case 'base':
    case 'aid':
    case 'fund':
      return `/documents/${id}`;
    default:
      return null;
  }
}
