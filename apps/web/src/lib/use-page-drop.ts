import { useEffect, useEffectEvent } from 'react';

/** Files that are dropped beside the place for them are meant for it as well; else the browser would leave the page for them. */
export function usePageDrop(onFiles: (files: Iterable<File>) => void): void {
  const onDrop = useEffectEvent((event: DragEvent) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (event.type === 'drop') onFiles(event.dataTransfer.files);
  });
  useEffect(() => {
    const listener = (event: DragEvent): void => onDrop(event);
    document.addEventListener('dragover', listener);
    document.addEventListener('drop', listener);
    return () => {
      document.removeEventListener('dragover', listener);
      document.removeEventListener('drop', listener);
    };
  }, []);
}
