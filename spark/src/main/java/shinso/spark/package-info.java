/**
 * Shinso on Apache Spark: models as transformers and SQL functions, learners trained by all
 * machines of a cluster, and many runs as jobs. Scheduling, shuffles, retries and storage are
 * Spark's.
 */
@NullMarked
package shinso.spark;

import org.jspecify.annotations.NullMarked;
