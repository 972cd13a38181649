/**
 * Event files, which TensorBoard shows: numbers, pictures, texts and histograms by step. A folder
 * is a run of TensorBoard's; its files are read in the order of their names.
 *
 * <p>An event file is a sequence of records (eight bytes of length, its masked CRC-32C, the
 * content, its masked CRC-32C), each a protobuf message {@code Event}. A record is in the file as
 * soon as the method that makes it returns, so TensorBoard sees it live, and a killed process
 * leaves at most one record that is cut off, at the end, where readers expect it.
 */
@NullMarked
package shinso.interchange.tensorboard;

import org.jspecify.annotations.NullMarked;
