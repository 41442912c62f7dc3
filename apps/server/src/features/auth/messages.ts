import type { AccountLanguage } from '@octavo/contracts';

interface Text {
  subject: string;
  text: string;
}

interface Messages {
  code(code: string): Text;
  /** Somebody registers with an address that has an account. */
  alreadyRegistered(recoverUrl: string): Text;
  recoveryLink(link: string): Text;
  recoveryCode(code: string): Text;
  passwordChanged(): Text;
  invitation(link: string): Text;
  deletion(date: string): Text;
}

const english: Messages = {
  code: (code) => ({
    subject: `${code} is your Octavo code`,
    text: `Your code is ${code}. It is good for 10 minutes.\n\nIf you did not ask for it, somebody has typed your address by mistake; do nothing.`,
  }),
  alreadyRegistered: (recoverUrl) => ({
    subject: 'You have an Octavo account already',
    text: `Somebody, probably you, wanted to register with this address, which has an account. Sign in with it. If you have forgotten its password: ${recoverUrl}\n\nIf it was not you, do nothing.`,
  }),
  recoveryLink: (link) => ({
    subject: 'A new password for Octavo',
    text: `Choose a new password here, within 15 minutes: ${link}\n\nIf you did not ask for it, do nothing: your password stays what it is.`,
  }),
  recoveryCode: (code) => ({
    subject: `${code} is your Octavo recovery code`,
    text: `Your code for a new password is ${code}. It is good for 15 minutes.\n\nIf you did not ask for it, do nothing.`,
  }),
  passwordChanged: () => ({
    subject: 'Your Octavo password was changed',
    text: 'The password of your account was changed, and all its sessions were ended. If it was not you, ask for a new password at once and tell your admin.',
  }),
  invitation: (link) => ({
    subject: 'You are invited to Octavo',
    text: `Create your account here: ${link}\n\nThe invitation is for you alone and works once.`,
  }),
  deletion: (date) => ({
    subject: 'Your Octavo account will be deleted',
    text: `Your account and everything in it will be deleted on ${date}. Until then you can restore it with your password.`,
  }),
};

const spanish: Messages = {
  code: (code) => ({
    subject: `${code} es tu código de Octavo`,
    text: `Tu código es ${code}. Vale durante 10 minutos.\n\nSi no lo has pedido, alguien ha escrito tu dirección por error; no hagas nada.`,
  }),
  alreadyRegistered: (recoverUrl) => ({
    subject: 'Ya tienes una cuenta de Octavo',
    text: `Alguien, seguramente tú, quería registrarse con esta dirección, que ya tiene una cuenta. Inicia sesión con ella. Si has olvidado la contraseña: ${recoverUrl}\n\nSi no has sido tú, no hagas nada.`,
  }),
  recoveryLink: (link) => ({
    subject: 'Una contraseña nueva para Octavo',
    text: `Elige aquí una contraseña nueva, en los próximos 15 minutos: ${link}\n\nSi no la has pedido, no hagas nada: tu contraseña sigue siendo la misma.`,
  }),
  recoveryCode: (code) => ({
    subject: `${code} es tu código de recuperación de Octavo`,
    text: `Tu código para una contraseña nueva es ${code}. Vale durante 15 minutos.\n\nSi no lo has pedido, no hagas nada.`,
  }),
  passwordChanged: () => ({
    subject: 'Se ha cambiado tu contraseña de Octavo',
    text: 'Se ha cambiado la contraseña de tu cuenta y se han cerrado todas sus sesiones. Si no has sido tú, pide una contraseña nueva cuanto antes y avisa a tu administrador.',
  }),
  invitation: (link) => ({
    subject: 'Te invitan a Octavo',
    text: `Crea aquí tu cuenta: ${link}\n\nLa invitación es solo para ti y sirve una vez.`,
  }),
  deletion: (date) => ({
    subject: 'Tu cuenta de Octavo se eliminará',
    text: `Tu cuenta y todo lo que contiene se eliminarán el ${date}. Hasta entonces puedes recuperarla con tu contraseña.`,
  }),
};

/** What an account's owner is told, in the account's language. */
export const messagesIn: Record<AccountLanguage, Messages> = { en: english, es: spanish };
