import type { SecretName } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/form/field.tsx';
import { Problem } from './problem.tsx';
import { admin } from './queries.ts';

type FieldName =
  | 'host'
  | 'port'
  | 'user'
  | 'password'
  | 'from'
  | 'accessToken'
  | 'phoneNumberId'
  | 'template'
  | 'apiKey';

interface FieldKind {
  name: FieldName;
  initial?: string;
  isOptional?: true;
  isSecret?: true;
  isNumber?: true;
  max: number;
}

const mail: FieldKind[] = [
  { name: 'host', max: 253 },
  { name: 'port', initial: '587', isNumber: true, max: 5 },
  { name: 'user', isOptional: true, max: 254 },
  { name: 'password', isOptional: true, isSecret: true, max: 1000 },
  { name: 'from', max: 254 },
];
const whatsapp: FieldKind[] = [
  { name: 'accessToken', isSecret: true, max: 1000 },
  { name: 'phoneNumberId', max: 30 },
  { name: 'template', initial: 'octavo_code', max: 512 },
];
const provider: FieldKind[] = [{ name: 'apiKey', isSecret: true, max: 1000 }];

/** Everything is typed anew: what is stored is not shown. */
export function SecretForm({ name, onDone, onClose }: { name: SecretName; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const fields = name === 'mail' ? mail : name === 'whatsapp' ? whatsapp : provider;
  const [values, setValues] = useState<Partial<Record<FieldName, string>>>(() =>
    Object.fromEntries(fields.map((field) => [field.name, field.initial ?? ''])),
  );
  const [isSecure, setIsSecure] = useState(false);
  const [isTried, setIsTried] = useState(false);
  const save = useMutation({
    mutationFn: () => admin.setSecret(name, bodyOf(fields, values, name === 'mail' ? { secure: isSecure } : {})),
    onSuccess: onDone,
  });
  const valueOf = (field: FieldName) => (values[field] ?? '').trim();
  const isMissing = (field: FieldKind) => !field.isOptional && valueOf(field.name) === '';
  const refused = save.error instanceof ApiError ? save.error.fields.map(({ path }) => path) : [];
  const problemOf = (field: FieldKind): string | undefined => {
    if (isTried && isMissing(field)) return t('field.required');
    return refused.includes(`body.${field.name}`) ? t(`admin.settings.wrong.${field.name}`) : undefined;
  };
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setIsTried(true);
    if (!save.isPending && !fields.some(isMissing)) save.mutate();
  }
  return (
    <Dialog title={t(`admin.settings.names.${name}`)} text={t('admin.settings.formText')} onClose={onClose}>
      <form noValidate className="space-y-4" onSubmit={onSubmit}>
        {save.error && refused.length === 0 && <Problem error={save.error} />}
        {fields.map((field) => (
          <Field
            key={field.name}
            label={t(`admin.settings.fields.${field.name}`)}
            hint={field.isOptional ? t('admin.settings.optional') : undefined}
            error={problemOf(field)}
          >
            {(control) => (
              <input
                {...control}
                type={field.isSecret ? 'password' : 'text'}
                autoComplete={field.isSecret ? 'new-password' : 'off'}
                inputMode={field.isNumber ? 'numeric' : undefined}
                spellCheck={false}
                maxLength={field.max}
                value={values[field.name] ?? ''}
                onChange={(event) => setValues((before) => ({ ...before, [field.name]: event.target.value }))}
              />
            )}
          </Field>
        ))}
        {name === 'mail' && (
          <label className="flex items-start gap-2.5 text-sm">
            <input
              type="checkbox"
              className="mt-0.5 size-4 accent-[var(--accent)]"
              checked={isSecure}
              onChange={(event) => setIsSecure(event.target.checked)}
            />
            <span>
              {t('admin.settings.fields.secure')}
              <span className="block text-muted">{t('admin.settings.secureHint')}</span>
            </span>
          </label>
        )}
        <div className="flex flex-wrap justify-end gap-2 pt-2">
          <Button onClick={onClose}>{t('detail.cancel')}</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {t('detail.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function bodyOf(fields: FieldKind[], values: Partial<Record<FieldName, string>>, extra: object): object {
  const pairs = fields.flatMap(({ name, isOptional, isSecret, isNumber }) => {
    // A password may begin or end with a blank.
    const typed = values[name] ?? '';
    const value = isSecret && name === 'password' ? typed : typed.trim();
    if (isOptional && value === '') return [];
    return [[name, isNumber && /^\d+$/.test(value) ? Number(value) : value]];
  });
  return { ...Object.fromEntries(pairs), ...extra };
}
