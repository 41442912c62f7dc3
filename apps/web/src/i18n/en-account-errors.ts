/** Errors of accounts, by their code. */
export const accountErrors = {
  phone_taken: 'This phone number already has an account.',
  account_suspended: 'This account is suspended. Its pieces are kept. Ask an administrator of this server about it.',
  account_deleted: 'This account is going to be deleted. Sign in with its password to restore it.',
  registration_closed: 'Nobody can register here.',
  invitation_invalid:
    'This invitation does not work. It may have been used already. It may have expired or been revoked. Or it may be for another e-mail address: use the one to which it was sent.',
  verification_required: 'Confirm your address first.',
  second_factor_required: 'This account has a second factor.',
  second_factor_invalid: 'This code is wrong or was used already.',
  admin_second_factor_required: 'Administrators need a second factor here. Set one up in your account.',
  code_invalid: 'This code is wrong or has expired.',
  last_admin: 'You are the last administrator. Make somebody else administrator first.',
  payload_too_large: 'This is too large.',
} as const;
