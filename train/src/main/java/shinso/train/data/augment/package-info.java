/**
 * Random changes of training pictures that keep their class: the network learns from more examples
 * than there are, and what it should not care about. The changes are made on the thread that makes
 * the next batches.
 */
@NullMarked
package shinso.train.data.augment;

import org.jspecify.annotations.NullMarked;
