/**
 * Files that are either there in full or not there at all. {@link shinso.train.file.AtomicFile}
 * writes next to the target, syncs and renames, so a crash, a kill or a full disk never leaves half
 * a file under the target's name. {@link shinso.train.file.Safetensors} keeps tensors in the format
 * of that name, which other frameworks read; it trusts nothing in a file that it reads. What goes
 * wrong is a {@link shinso.train.file.FileException} whose message is one line for people.
 */
@NullMarked
package shinso.train.file;

import org.jspecify.annotations.NullMarked;
