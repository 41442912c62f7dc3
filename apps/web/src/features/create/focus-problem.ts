/**
 * Puts the focus where one goes on: the first field of a form that is marked as wrong, or else what is marked with
 * `data-problem`. It comes to the middle of the window, so that neither the header nor a keyboard stands over it.
 */
export function focusProblem(form: HTMLElement | null): void {
  const found =
    form?.querySelector<HTMLElement>('[aria-invalid=true]') ?? form?.querySelector<HTMLElement>('[data-problem]');
  found?.focus({ preventScroll: true });
  found?.scrollIntoView({ block: 'center' });
}
