/** What a content type means to a model, and what its text must be like to count as one. */
export interface ContentTypeDefinition {
  /** Instructions; they come first and are never mixed with the user's words. */
  system: string;
  /** The form in which the user's request is sent; `fillForm` puts their words into its `{{places}}`. */
  user: string;
  /** Ceiling of the answer, in tokens. */
  maxOutputTokens: number;
  temperature: number;
  quality: QualityRule;
}

export interface QualityRule {
  minWords: number;
  maxWords: number;
}
