/** What a content type means to a model, and what its text must be like to count as one. */
export interface ContentTypeDefinition {
  /** Instructions; they come first and are never mixed with the user's words. */
  system: string;
  /** What the user asked for; `{{title}}`, `{{prompt}}` and the names of other wishes stand for their words. */
  user: string;
  maxOutputTokens: number;
  temperature: number;
  quality: QualityRule;
}

export interface QualityRule {
  minWords: number;
  maxWords: number;
}
