import type { LucideIcon } from 'lucide-react';
import { type DragEvent, type ReactNode, type RefObject, useState } from 'react';

/** Takes files by a file dialog and by drag and drop. `children` stand in it: what opens the dialog, and words. */
export function FileDrop({
  icon: Icon,
  input,
  label,
  accept,
  isMultiple = false,
  isInvalid,
  onFiles,
  children,
}: {
  icon: LucideIcon;
  /** Clicked by what opens the dialog. */
  input: RefObject<HTMLInputElement | null>;
  label: string;
  /** Kinds of files, as the dialog takes them. */
  accept: string;
  isMultiple?: boolean;
  isInvalid: boolean;
  onFiles: (files: Iterable<File>) => void;
  children: ReactNode;
}) {
  const [isOver, setIsOver] = useState(false);
  const drag = (isInside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setIsOver(isInside);
  };
  return (
    <div
      className={`flex flex-col items-center gap-3 rounded-xl border-2 border-dashed px-4 py-6 text-center transition-colors ${isOver ? 'border-accent bg-accent-soft' : isInvalid ? 'border-bad' : 'border-line'}`}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Element | null)) drag(false)(event);
      }}
      onDrop={(event) => {
        drag(false)(event);
        onFiles(event.dataTransfer.files);
      }}
    >
      <Icon size={24} strokeWidth={1.5} className="text-muted" aria-hidden="true" />
      {children}
      <input
        ref={input}
        type="file"
        accept={accept}
        multiple={isMultiple}
        className="hidden"
        aria-label={label}
        tabIndex={-1}
        onChange={(event) => {
          onFiles(event.target.files ?? []);
          event.target.value = '';
        }}
      />
    </div>
  );
}
