import type { ContentType } from '@octavo/contracts';
import { BookOpen, Image, Languages, MessageCircle, Newspaper, ScanEye, ShoppingBag } from 'lucide-react';

const icons = {
  blog: Newspaper,
  product: ShoppingBag,
  social: MessageCircle,
  story: BookOpen,
  image: Image,
  description: ScanEye,
  translation: Languages,
};

export function TypeIcon({ type, size = 18 }: { type: ContentType; size?: number }) {
  const Icon = icons[type];
  return <Icon size={size} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />;
}
