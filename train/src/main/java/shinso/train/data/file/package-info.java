/**
 * Readers of file formats: IDX (MNIST and its kin), the binary version of CIFAR, CSV, images.
 *
 * <p>A reader takes gzipped and plain files, told apart by their first bytes, and checks everything
 * that it is told: a file that is cut off, of another kind, at odds with its header or with the
 * file beside it is a {@link shinso.train.data.DataException} that names it.
 *
 * <p>A table goes through three hands: {@link shinso.train.data.file.CsvFile} holds its texts,
 * {@link shinso.train.data.file.CsvSplit} shares its rows out, and a {@link
 * shinso.train.data.file.CsvEncoder}, fitted to the training part as a {@link
 * shinso.train.data.file.CsvSchema} says, makes numbers of them, of new rows as well.
 */
@NullMarked
package shinso.train.data.file;

import org.jspecify.annotations.NullMarked;
