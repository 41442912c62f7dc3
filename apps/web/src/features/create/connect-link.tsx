import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

const ConnectDialog = lazy(() => import('./connect-dialog.tsx'));

/** Leads from a remark to what one can do about it. */
export function ConnectLink() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="font-semibold underline underline-offset-4" onClick={() => setIsOpen(true)}>
        {t('connect.title')}
      </button>
      {isOpen && (
        <Suspense>
          <ConnectDialog onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
