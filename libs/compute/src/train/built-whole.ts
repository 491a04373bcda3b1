import type { TensorFlow } from "../tensor-backend.ts";

/**
 * What `build` makes. When it fails, all tensors and variables that it made are let go: nobody else knows them.
 *
 * @param build - makes them before it waits, so that they are told from those of others.
 */
export async function builtWhole<T>(tf: TensorFlow, build: () => Promise<T>): Promise<T> {
  const engine = tf.engine();
  const known = new Set(Object.values(engine.registeredVariables));
  engine.startScope("build");
  const building = build();
  const tensors = [...engine.state.activeScope.track];
  engine.endScope(tensors); // which stay
  const variables = Object.values(engine.registeredVariables).filter((one) => !known.has(one));
  try {
    return await building;
  } catch (error) {
    tf.dispose([...tensors, ...variables]);
    throw error;
  }
}
