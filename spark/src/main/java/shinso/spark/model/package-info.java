/**
 * Models on executors: what is sent there, how it is opened once in each, and what it says about a
 * batch of rows. A model travels as a package of files, the same that is saved with a pipeline.
 */
@NullMarked
package shinso.spark.model;

import org.jspecify.annotations.NullMarked;
