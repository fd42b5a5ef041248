/** A file dropped anywhere on the page. What else is dropped (text, into the field) is the browser's to deal with. */

export function listenToDrops(take: (file: File) => Promise<void>): void {
  const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  const show = (over: boolean) => document.body.classList.toggle('over', over);
  document.addEventListener('dragover', (event) => {
    if (!holdsFile(event)) return;
    // Else the browser would leave the page for the file.
    event.preventDefault();
    show(true);
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) show(false);
  });
  document.addEventListener('drop', (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    show(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) void take(file);
  });
}
