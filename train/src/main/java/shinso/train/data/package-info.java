/**
 * Data sets, and how they become batches of tensors.
 *
 * <p>A {@link shinso.train.data.Dataset} is a number of examples with the same fields (an image and
 * its label, a row of features and its target) that gives any of them as a batch: one tensor a
 * field, the examples along the first axis. Inputs come first, the label or target last. {@link
 * shinso.train.data.Split} holds the parts for training, validation and test, {@link
 * shinso.train.data.Batches} walks over one of them, and {@link shinso.train.data.Standardizer}
 * brings it to mean 0 and deviation 1.
 *
 * <p>Which example comes when depends on the seed and the epoch only, never on the clock, on timing
 * or on the number of threads. What is wrong with somebody's data is a {@link
 * shinso.train.data.DataException}: one line that names the file or field, what is wrong and the
 * way out.
 */
@NullMarked
package shinso.train.data;

import org.jspecify.annotations.NullMarked;
