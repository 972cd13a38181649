/**
 * How models are judged. A {@link shinso.train.judge.Quantity} says what a number is: its name, its
 * unit, which direction is better, and for a likelihood the {@link shinso.train.judge.Protocol}
 * under which alone it can be compared. An {@link shinso.train.judge.Estimate} is a number with its
 * standard error.
 *
 * <p>Samples of models without a likelihood are judged in a space of features that somebody gives:
 * by the {@link shinso.train.judge.FrechetDistance} and the {@link
 * shinso.train.judge.KernelDistance} from examples, and by what of the one lies where the other is,
 * {@link shinso.train.judge.PrecisionRecall}.
 */
@NullMarked
package shinso.train.judge;

import org.jspecify.annotations.NullMarked;
