/** The kinds of text the sample writer knows. The same words as the content types of the product, on purpose. */
export const textKinds = ['blog', 'product', 'social', 'story'] as const;
export type TextKind = (typeof textKinds)[number];
