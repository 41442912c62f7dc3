/** Ids come from users; more of them than this are not in use at a time. */
const capacity = 50;

/**
 * Makes each model once. A model object holds no state of a call, and making one for a chat interface costs more
 * than half a millisecond, most of it for compiling its schemas.
 */
export function rememberModels<Model>(make: (id: string) => Model): (id: string) => Model {
  const models = new Map<string, Model>();
  return (id) => {
    const known = models.get(id);
    if (known) return known;
    if (models.size >= capacity) models.clear();
    const model = make(id);
    models.set(id, model);
    return model;
  };
}
