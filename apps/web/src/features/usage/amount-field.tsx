import { useTranslation } from 'react-i18next';
import { TextField } from '../../components/form/text-field.tsx';

/** An amount in US dollars, as it is typed. */
export function AmountField({
  value,
  isWrong,
  onChange,
}: {
  value: string;
  /** It was to be used, and `toMicroUsd` could not read it. */
  isWrong: boolean;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t('usage.amount')}
      error={isWrong ? t('usage.badAmount') : undefined}
      inputMode="decimal"
      autoComplete="off"
      value={value}
      onChange={onChange}
    />
  );
}

/** From `5`, `0.50` or `0,50`; at most what the server takes. */
export function toMicroUsd(amount: string): number | undefined {
  const plain = amount.trim().replace(',', '.');
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(plain)) return undefined;
  return Math.round(Number(plain) * 1_000_000);
}
