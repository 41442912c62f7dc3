import type { MediaView, MediaVariant } from '@octavo/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';

/** An image of the person. An address that has expired meanwhile is asked for again, once. */
export function Picture({
  image,
  variant = 'large',
  alt = image.alt,
  className = '',
}: {
  image: MediaView;
  variant?: MediaVariant;
  alt?: string;
  className?: string;
}) {
  const queries = useQueryClient();
  const failed = useRef('');
  return (
    <img
      src={image.urls[variant]}
      alt={alt}
      width={image.width}
      height={image.height}
      loading="lazy"
      decoding="async"
      className={`bg-sunken ${className}`}
      onError={() => {
        if (failed.current === image.id) return;
        failed.current = image.id;
        for (const name of ['content', 'generation', 'media']) void queries.invalidateQueries({ queryKey: [name] });
      }}
    />
  );
}
