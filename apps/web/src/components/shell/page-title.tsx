import { type HTMLAttributes, useEffect, useRef } from 'react';

/**
 * The heading of a page. Whoever came here by a link or a button that is gone now is put in front of it, so that
 * a keyboard and a screen reader go on from here and not from the top of the document.
 */
export function PageTitle({ className = '', children, ...rest }: HTMLAttributes<HTMLHeadingElement>) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const isNowhere = document.activeElement === null || document.activeElement === document.body;
    // After a reload nobody has done anything yet, and the skip link comes first.
    if (isNowhere && navigator.userActivation?.hasBeenActive) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={`outline-none ${className}`} {...rest}>
      {children}
    </h1>
  );
}
