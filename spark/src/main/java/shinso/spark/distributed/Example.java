package shinso.spark.distributed;

import java.io.Serializable;

/**
 * A row as a learner sees it.
 *
 * @param input the numbers of the features
 * @param target the numbers of the target, none for a class or without a target
 * @param label the class
 */
public record Example(float[] input, float[] target, int label) implements Serializable {}
