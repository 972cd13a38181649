/**
 * Many runs as Spark jobs: a task computes a whole run in a temporary folder of its executor, and
 * the run's folder comes back as the job's result.
 */
@NullMarked
package shinso.spark.run;

import org.jspecify.annotations.NullMarked;
