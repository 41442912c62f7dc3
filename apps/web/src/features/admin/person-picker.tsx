import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Combobox } from '../../components/form/combobox.tsx';
import { Field } from '../../components/form/field.tsx';
import { adminQueries } from './queries.ts';

/** One of the people who have an account here: the newest first, older ones on request. */
export function PersonPicker({
  label,
  error,
  everybody,
  value,
  onChange,
}: {
  label: string;
  error?: string | undefined;
  /** What it says when nobody is chosen, where that is a choice. */
  everybody?: string;
  value: string;
  onChange: (id: string) => void;
}) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(adminQueries.users(undefined));
  const users = list.data?.pages.flatMap((page) => page.users) ?? [];
  const isListed = value === '' || users.some(({ id }) => id === value);
  const { data: chosen } = useQuery({ ...adminQueries.user(value), enabled: !isListed && list.isSuccess });
  const options = (isListed || !chosen ? users : [chosen, ...users]).map(
    ({ id, firstName, lastName, email, phone }) => ({
      value: id,
      label: [`${firstName} ${lastName}`, email ?? phone].join(' · '),
    }),
  );
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Combobox
          control={control}
          value={value}
          options={everybody === undefined ? options : [{ value: '', label: everybody }, ...options]}
          placeholder={t('admin.users.search')}
          onChange={onChange}
          footer={
            list.hasNextPage ? { label: t('admin.users.more'), onSelect: () => void list.fetchNextPage() } : undefined
          }
        />
      )}
    </Field>
  );
}
