/**
 * How workers train one model together.
 *
 * <p>A training is one job of one barrier stage: each task has its part of the rows, and all make
 * step after step until the end, meeting once or twice a step. A job a step would cost more than
 * most steps take. {@link shinso.spark.distributed.Workers} is the meeting, {@code Reduction} what
 * is agreed on there, and {@code WorkerLearner} how a learner's step is cut for that: {@code
 * SynchronousLearner} where gradients are known, {@code LocalLearner} behind some steps.
 *
 * <p>Terms are added in the order of the workers, in double precision, and each worker has the rows
 * whose number leaves its own as the remainder. So results depend on the rows, the seed and the
 * number of workers, and not on which machine a worker is, nor on what was lost on the way: if an
 * executor dies, Spark begins the stage again and the workers go on from the last checkpoint.
 */
@NullMarked
package shinso.spark.distributed;

import org.jspecify.annotations.NullMarked;
