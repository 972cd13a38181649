/**
 * The training loop, which exists once for all ways of learning. A {@link
 * shinso.train.loop.Learner} says what one step on one batch is; the {@link
 * shinso.train.loop.Trainer} does the rest: epochs, evaluation, the best model, checkpoints, early
 * stopping, files, and ending well however it ends. What happens on the way is told to {@link
 * shinso.train.loop.Callback}s as {@link shinso.train.loop.Event}s; the progress bar is one of
 * them.
 *
 * <p>A step depends on the parameters, the batch and a random key, and batch and key are functions
 * of the seed and the number of the step. So a run that was stopped, at whatever moment, goes on
 * from its last checkpoint and ends with the same bits as one that was not.
 */
@NullMarked
package shinso.train.loop;

import org.jspecify.annotations.NullMarked;
