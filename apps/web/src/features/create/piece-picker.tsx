import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Combobox } from '../../components/form/combobox.tsx';
import { Field } from '../../components/form/field.tsx';
import { excerpt } from '../../lib/excerpt.ts';
import { contentQueries, writtenPieces } from '../content/queries.ts';

/** One of the pieces of the person that have a text: the newest first, older ones on request. */
export function PiecePicker({
  label,
  hint,
  error,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  error?: string | undefined;
  value: string;
  onChange: (id: string) => void;
}) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(writtenPieces);
  const pieces = list.data?.pages.flatMap(({ contents }) => contents) ?? [];
  // One that was chosen elsewhere may be older than those that are listed.
  const isListed = value === '' || pieces.some(({ id }) => id === value);
  const { data: chosen } = useQuery({ ...contentQueries.one(value), enabled: !isListed && list.isSuccess });
  const options = (isListed || !chosen ? pieces : [chosen, ...pieces])
    .filter(({ contentType, generatedText }) => contentType !== 'image' && generatedText.trim() !== '')
    .map(({ id, title, contentType, generatedText }) => ({
      value: id,
      label: title,
      detail: t(`types.${contentType}`),
      keywords: `${title} ${excerpt(generatedText, title)}`,
    }));
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Combobox
          control={control}
          value={value}
          options={options}
          placeholder={t('translation.piecePlaceholder')}
          onChange={onChange}
          footer={
            list.hasNextPage ? { label: t('translation.older'), onSelect: () => void list.fetchNextPage() } : undefined
          }
        />
      )}
    </Field>
  );
}
