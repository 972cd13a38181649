/**
 * Training that was stopped goes on as if it hadn't been. A {@link
 * shinso.train.checkpoint.Checkpoint} holds everything that the next step depends on: parameters,
 * the optimiser's moments and counters, and the notes of whoever takes part in training. {@link
 * shinso.train.checkpoint.Checkpoints} keeps the latest of them in a folder, each behind a
 * checksum; a damaged one is told apart and the one before it taken. {@link
 * shinso.train.checkpoint.ModelFile} is the trained model alone.
 */
@NullMarked
package shinso.train.checkpoint;

import org.jspecify.annotations.NullMarked;
