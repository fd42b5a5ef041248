/** Handing a file to the person, as a download. */

export function saveFile(name: string, type: string, content: string | Uint8Array): void {
  const url = URL.createObjectURL(
    new Blob([typeof content === 'string' ? content : new Uint8Array(content)], { type }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn; a popup that closes lets go of it anyway.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
