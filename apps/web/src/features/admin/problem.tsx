import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { adminMessage } from './queries.ts';

/** What went wrong, if anything did. */
export function Problem({ error }: { error: Error | null }) {
  const { t, i18n } = useTranslation();
  return error && <Notice tone="bad">{adminMessage(error, t, i18n.language)}</Notice>;
}
