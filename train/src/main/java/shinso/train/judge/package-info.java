/**
 * How models are judged. A {@link shinso.train.judge.Quantity} says what a number is: its name, its
 * unit, which direction is better, and for a likelihood the {@link shinso.train.judge.Protocol}
 * under which alone it can be compared. An {@link shinso.train.judge.Estimate} is a number with its
 * standard error.
 */
@NullMarked
package shinso.train.judge;

import org.jspecify.annotations.NullMarked;
