/**
 * Damaged files against the readers of all formats: whatever is in a file, a reader gives a result
 * or a {@link shinso.train.UserException}, soon, in a small heap.
 *
 * <p>A {@link shinso.verify.readers.Readable} is a kind of file: small valid samples, and what is
 * done with a file by the program. {@link shinso.verify.readers.Damage} changes a sample at random,
 * and {@link shinso.verify.readers.ReaderFuzz} reads what comes of it. An input follows from its
 * seed.
 */
@NullMarked
package shinso.verify.readers;

import org.jspecify.annotations.NullMarked;
