/** Ids come from users; more of them than this are not in use at a time. */
const capacity = 50;

/**
 * Makes each model once. A model object holds no state of a call, and making one for a chat interface costs more
 * than half a millisecond, most of it for compiling its schemas.
 * @param connect called for the first model: the packages of the SDK are large, and most servers use one of them
 */
export function rememberModels<Model>(connect: () => Promise<(id: string) => Model>): (id: string) => Promise<Model> {
  const models = new Map<string, Model>();
  let connected: Promise<(id: string) => Model> | undefined;
  return async (id) => {
    const known = models.get(id);
    if (known) return known;
    const make = await (connected ??= connect());
    if (models.size >= capacity) models.clear();
    const model = make(id);
    models.set(id, model);
    return model;
  };
}
