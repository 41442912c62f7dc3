import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';
import { inWords } from '../../lib/messages.ts';
import { PasswordInput } from './password-input.tsx';
import { useJudgement } from './use-judgement.ts';

const colors = ['bg-bad', 'bg-bad', 'bg-busy', 'bg-good', 'bg-good'];

/** The same count as the server's: characters as people see them, in the form in which passwords are compared. */
export function passwordLength(password: string): number {
  return [...password.normalize('NFKC')].length;
}

/** A new password: the one rule, and how hard it is to guess, while it is typed. */
export function NewPasswordField({
  label,
  value,
  minLength,
  personal,
  error,
  onChange,
}: {
  label: string;
  value: string;
  minLength: number;
  /** Names and addresses of its owner, which it should not contain. */
  personal: string[];
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const judged = useJudgement(value, personal);
  const isLongEnough = passwordLength(value) >= minLength;
  const score = judged && isLongEnough ? judged.score : undefined;
  const words = t('password.scores', { returnObjects: true });
  const reason = judged?.reason && isLongEnough ? inWords(judged.reason, t) : undefined;
  const hint = (
    <>
      {t('password.rule', { min: minLength })}
      <span className="mt-2 flex gap-1" aria-hidden="true">
        {[0, 1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={`h-1 flex-1 rounded-full transition-colors ${score !== undefined && step <= score ? colors[score] : 'bg-line'}`}
          />
        ))}
      </span>
      <span role="status" className="block min-h-5 text-sm">
        {score !== undefined && (reason ?? words[score])}
      </span>
    </>
  );
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <PasswordInput
          {...control}
          autoComplete="new-password"
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
