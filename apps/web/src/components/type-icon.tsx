import type { ContentType } from '@octavo/contracts';
import { BookOpen, MessageCircle, Newspaper, ShoppingBag } from 'lucide-react';

const icons = { blog: Newspaper, product: ShoppingBag, social: MessageCircle, story: BookOpen };

export function TypeIcon({ type, size = 18 }: { type: ContentType; size?: number }) {
  const Icon = icons[type];
  return <Icon size={size} strokeWidth={1.75} aria-hidden="true" />;
}
