import type { SourceImage } from '../provider.ts';

/** A PNG, 3 pixels wide and 2 pixels high. */
export const tinyImage: SourceImage = {
  mediaType: 'image/png',
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAMAAACqqpYoAAAAA1BMVEXMZjOzuP/JAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAC0lEQVQImWNggAAAAAgAAa9T6iIAAAAASUVORK5CYII=',
    'base64',
  ),
};
