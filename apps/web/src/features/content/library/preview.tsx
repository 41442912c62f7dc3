import type { MediaView } from '@octavo/contracts';
import { Picture } from '../../media/picture.tsx';

/** What a card shows of a piece: its images, or how its text begins. */
export function Preview({ images, text }: { images: MediaView[]; text: string }) {
  if (images.length === 0)
    return (
      <p className="line-clamp-4 font-serif sm:line-clamp-6 text-[0.95rem] leading-relaxed text-muted" dir="auto">
        {text}
      </p>
    );
  const sizeOf = (at: number) =>
    images.length <= 2 ? 'h-40' : images.length === 3 && at === 0 ? 'col-span-2 h-[4.875rem]' : 'h-[4.875rem]';
  return (
    <div className={`grid gap-1 overflow-hidden rounded-lg ${images.length > 1 ? 'grid-cols-2' : ''}`}>
      {images.slice(0, 4).map((image, at) => (
        <Picture
          key={image.id}
          image={image}
          variant={images.length === 1 ? 'large' : 'small'}
          className={`w-full object-cover ${sizeOf(at)}`}
        />
      ))}
    </div>
  );
}
