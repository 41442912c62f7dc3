import type { accountErrors as english } from './en-account-errors.ts';

export const accountErrors: Record<keyof typeof english, string> = {
  phone_taken: 'Ese teléfono ya tiene una cuenta.',
  account_suspended: 'Esta cuenta está suspendida. Sus obras se conservan. Pregunta a quien administra este servidor.',
  account_deleted: 'Esta cuenta se va a eliminar. Inicia sesión con su contraseña para recuperarla.',
  registration_closed: 'Aquí no se puede crear una cuenta.',
  invitation_invalid:
    'Esta invitación no funciona. Puede que ya se haya usado. Puede que haya caducado o se haya anulado. O quizá sea para otro correo: usa aquel al que se envió.',
  verification_required: 'Confirma antes tu dirección.',
  second_factor_required: 'Esta cuenta tiene un segundo factor.',
  second_factor_invalid: 'Este código no es correcto o ya se usó.',
  admin_second_factor_required: 'Aquí los administradores necesitan un segundo factor. Configúralo en tu cuenta.',
  code_invalid: 'Este código no es correcto o ha caducado.',
  last_admin: 'Eres la última persona que administra. Haz antes administrador a alguien más.',
  payload_too_large: 'Es demasiado grande.',
};
