import i18next from 'i18next';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { adminWords as adminEn } from '../../../i18n/en-admin.ts';
import { en } from '../../../i18n/en.ts';
import { adminWords as adminEs } from '../../../i18n/es-admin.ts';
import { es } from '../../../i18n/es.ts';
import { auditDetail } from './audit-detail.ts';

beforeAll(async () => {
  vi.stubGlobal('localStorage', { getItem: () => null });
  await i18next.init({
    resources: { en: { translation: { ...en, ...adminEn } }, es: { translation: { ...es, ...adminEs } } },
    lng: 'en',
    interpolation: { escapeValue: false },
    returnObjects: true,
  });
});

describe('what an entry of the audit log says more', () => {
  it.each([
    ['en', 'limitMicroUsd', 12_500_000, 'Limit: $12.50'],
    ['es', 'costMicroUsd', 10_000, 'Coste: 0,01 US$'],
    ['en', 'scopes', 'read generate', 'May: read, generate'],
    ['es', 'scopes', 'read generate', 'Puede: leer, generar'],
    ['en', 'sessions', 1, 'Sessions ended: 1'],
    ['es', 'role', 'admin', 'Rol: Administrador'],
    ['en', 'scope', 'provider:xai', 'Of: Provider: xAI Grok'],
    ['en', 'period', 'month', 'Period: a month'],
    ['en', 'invited', true, 'By invitation: yes'],
    ['es', 'invited', false, 'Por invitación: no'],
    ['en', 'bytes', 1_400_000, 'Size: 1.4 MB'],
    ['en', 'expiresInSeconds', 3600, 'Good for: 60 minutes'],
    ['en', 'name', 'mail', 'Which: E-mail (SMTP)'],
    ['en', 'kind', 'a new one', 'Kind: a new one'],
    ['en', 'toString', 'x', 'toString: x'],
    ['en', 'neverHeardOf', 'read', 'neverHeardOf: read'],
  ])('%s: %s is said in words', (language, name, value, expected) => {
    const { name: label, value: said } = auditDetail(name, value, i18next.getFixedT(language), language);
    expect(`${label}: ${said}`.replaceAll('\u00a0', ' ')).toBe(expected);
  });
});
