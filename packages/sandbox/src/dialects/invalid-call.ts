/** The request makes no sense to this upstream: its own 400, with this message. */
export class InvalidCall extends Error {
  override readonly name = 'InvalidCall';
}
