import type { MediaView } from '@octavo/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { mediaQueries } from './queries.ts';
import { uploadImage } from './upload.ts';

/** A file on its way, or one that did not make it. */
export interface Upload {
  id: number;
  name: string;
  /** From 0 to 1. */
  sent: number;
  error?: unknown;
}

/** Uploads files two at a time and tells of each that has arrived. What is under way ends when the page goes. */
export function useUploads(onUploaded: (image: MediaView, name: string) => void) {
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const inner = useRef({ lastId: 0, running: 0, waiting: [] as Array<{ id: number; file: File }> });
  const controller = useRef<AbortController>(undefined);
  const tell = useRef(onUploaded);
  useEffect(() => void (tell.current = onUploaded));
  useEffect(() => {
    controller.current = new AbortController();
    return () => controller.current?.abort();
  }, []);

  const change = (id: number, part: Partial<Upload>): void =>
    setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...part } : each)));
  const remove = (id: number): void => setUploads((all) => all.filter((each) => each.id !== id));

  async function run(id: number, file: File): Promise<void> {
    const { signal } = (controller.current ??= new AbortController());
    try {
      const image = await uploadImage(file, (sent) => change(id, { sent }), signal);
      queries.setQueryData(mediaQueries.one(image.id).queryKey, image);
      void queries.invalidateQueries({ queryKey: ['media', 'list'] });
      remove(id);
      tell.current(image, file.name);
    } catch (error) {
      if (!signal.aborted) change(id, { error });
    }
  }

  function next(): void {
    const { current } = inner;
    while (current.running < 2) {
      const job = current.waiting.shift();
      if (!job) return;
      current.running += 1;
      void run(job.id, job.file).finally(() => {
        current.running -= 1;
        next();
      });
    }
  }

  function add(files: Iterable<File>): void {
    const jobs = [...files].map((file) => ({ id: (inner.current.lastId += 1), file }));
    // What failed before is done with as soon as somebody tries again.
    setUploads((all) => [
      ...all.filter(({ error }) => error === undefined),
      ...jobs.map(({ id, file }) => ({ id, name: file.name, sent: 0 })),
    ]);
    inner.current.waiting.push(...jobs);
    next();
  }

  return { uploads, add, remove, isBusy: uploads.some(({ error }) => error === undefined) };
}
