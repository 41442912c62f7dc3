import { ApiError } from '@octavo/sdk';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { budgetText } from './budget-text.ts';

/** Why a request was refused; for a budget which one it is and when it starts over. */
export function SubmitProblem({ error }: { error: Error }) {
  const { t, i18n } = useTranslation();
  const budget = budgetText(error, t, i18n.language);
  if (budget === undefined)
    return (
      <Notice tone="bad">
        <p>{errorMessage(error, t, i18n.language)}</p>
        {error instanceof ApiError && error.code === 'verification_required' && (
          <Link to="/confirm" className="font-medium underline underline-offset-4">
            {t('auth.confirm')}
          </Link>
        )}
      </Notice>
    );
  return (
    <Notice tone="bad" title={t('cost.reachedTitle')}>
      <p>{budget}</p>
      <Link to="/usage" className="font-medium underline underline-offset-4">
        {t('cost.seeUsage')}
      </Link>
    </Notice>
  );
}
