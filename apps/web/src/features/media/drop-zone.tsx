import { ImageUp, X } from 'lucide-react';
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { errorMessage } from '../../lib/messages.ts';
import type { Upload } from './use-uploads.ts';

/** Takes images by a file dialog, by drag and drop, and from the clipboard; shows what is on its way. */
export function DropZone({
  uploads,
  isMultiple = false,
  isInvalid = false,
  describedBy,
  onFiles,
  onDismiss,
  children,
}: {
  uploads: Upload[];
  isMultiple?: boolean;
  isInvalid?: boolean;
  describedBy?: string | undefined;
  onFiles: (files: File[]) => void;
  onDismiss: (id: number) => void;
  /** Other ways to an image, beside the button. */
  children?: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = useRef((_files: Iterable<File>): void => undefined);
  useEffect(() => {
    take.current = (files) => {
      const taken = [...files].slice(0, isMultiple ? undefined : 1);
      if (taken.length > 0) onFiles(taken);
    };
  });
  useEffect(() => {
    function onPaste(event: ClipboardEvent): void {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      // Programs for documents put a picture of the words beside the words: in a text field those are meant.
      const isTyping = event.target instanceof Element && event.target.matches('input, textarea');
      if (isTyping && event.clipboardData?.types.includes('text/plain')) return;
      event.preventDefault();
      take.current(files);
    }
    /** Beside the zone is meant for it as well; otherwise the browser would leave the page for the file. */
    function onDrop(event: globalThis.DragEvent): void {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      if (event.type === 'drop') take.current(event.dataTransfer.files);
    }
    document.addEventListener('paste', onPaste);
    document.addEventListener('dragover', onDrop);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('paste', onPaste);
      document.removeEventListener('dragover', onDrop);
      document.removeEventListener('drop', onDrop);
    };
  }, []);

  const drag = (isInside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setIsOver(isInside);
  };

  return (
    <div className="space-y-2">
      <div
        className={`flex flex-col items-center gap-3 rounded-xl border-2 border-dashed px-4 py-6 text-center transition-colors ${isOver ? 'border-accent bg-accent-soft' : isInvalid ? 'border-bad' : 'border-line'}`}
        onDragEnter={drag(true)}
        onDragOver={drag(true)}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Element | null)) drag(false)(event);
        }}
        onDrop={(event) => {
          drag(false)(event);
          take.current(event.dataTransfer.files);
        }}
      >
        <ImageUp size={24} strokeWidth={1.5} className="text-muted" aria-hidden="true" />
        <div className="flex flex-wrap justify-center gap-2">
          <Button
            aria-invalid={isInvalid || undefined}
            aria-describedby={describedBy}
            onClick={() => input.current?.click()}
          >
            {t('upload.choose')}
          </Button>
          {children}
        </div>
        <p className="text-sm text-muted">
          <span className="pointer-coarse:hidden">{t('upload.dropHint')} </span>
          {t('upload.types')}
        </p>
        <input
          ref={input}
          type="file"
          accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
          multiple={isMultiple}
          className="hidden"
          aria-label={t('upload.choose')}
          tabIndex={-1}
          onChange={(event) => {
            take.current(event.target.files ?? []);
            event.target.value = '';
          }}
        />
      </div>
      {uploads.map(({ id, name, sent, error }) =>
        error === undefined ? (
          <div key={id} className="flex items-center gap-3 rounded-lg bg-sunken px-4 py-2.5 text-sm">
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <progress
              className="h-1.5 w-28 overflow-hidden rounded-full accent-accent"
              max={1}
              value={sent}
              aria-label={t('upload.sending', { name })}
            />
            <span className="w-11 text-right text-muted tabular-nums" aria-hidden="true">
              {new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(sent)}
            </span>
          </div>
        ) : (
          <div
            key={id}
            role="alert"
            className="flex items-start gap-3 rounded-lg bg-bad-soft px-4 py-2.5 text-sm text-bad"
          >
            <p className="min-w-0 flex-1 break-words">
              <strong className="font-semibold">{name}</strong> {errorMessage(error, t, i18n.language)}
            </p>
            <button
              type="button"
              className="-m-1.5 rounded-md p-2.5"
              aria-label={t('upload.dismiss', { name })}
              onClick={() => onDismiss(id)}
            >
              <X size={15} aria-hidden="true" />
            </button>
          </div>
        ),
      )}
    </div>
  );
}
