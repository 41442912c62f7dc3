import { ImageUp, X } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { FileDrop } from '../../components/form/file-drop.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { usePageDrop } from '../../lib/use-page-drop.ts';
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
  function take(files: Iterable<File>): void {
    const taken = [...files].slice(0, isMultiple ? undefined : 1);
    if (taken.length > 0) onFiles(taken);
  }
  usePageDrop(take);
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    // Programs for documents put a picture of the words beside the words: in a text field those are meant.
    const isTyping = event.target instanceof Element && event.target.matches('input, textarea');
    if (isTyping && event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    take(files);
  });
  useEffect(() => {
    const listener = (event: ClipboardEvent): void => onPaste(event);
    document.addEventListener('paste', listener);
    return () => document.removeEventListener('paste', listener);
  }, []);

  return (
    <div className="space-y-2">
      <FileDrop
        icon={ImageUp}
        input={input}
        label={t('upload.choose')}
        accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
        isMultiple={isMultiple}
        isInvalid={isInvalid}
        onFiles={take}
      >
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
      </FileDrop>
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
