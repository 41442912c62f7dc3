import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { client } from '../../lib/client.ts';
import { askForPasskey, canUsePasskeys, passkeyMessage } from './passkeys.ts';

/** Signs in without a word being typed. Nothing is shown where the browser cannot. */
export function PasskeyButton({ onDone }: { onDone: (() => void) | undefined }) {
  const { t, i18n } = useTranslation();
  const use = useMutation({
    mutationFn: async () =>
      client.account.loginWithPasskey(await askForPasskey(await client.account.passkeyLoginOptions())),
    onSuccess: () => onDone?.(),
  });
  if (!canUsePasskeys()) return null;
  return (
    <>
      <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {t('signIn.or')}
      </p>
      {use.error && <Notice tone="bad">{passkeyMessage(use.error, t, i18n.language)}</Notice>}
      <Button className="w-full" disabled={use.isPending} onClick={() => use.mutate()}>
        <KeyRound size={17} aria-hidden="true" /> {use.isPending ? t('signIn.passkeyBusy') : t('signIn.passkey')}
      </Button>
    </>
  );
}
