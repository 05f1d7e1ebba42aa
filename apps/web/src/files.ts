/** Gives somebody a file. */
export function give(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn; the address is let go a little later.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
