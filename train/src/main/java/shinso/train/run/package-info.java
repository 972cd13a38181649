/**
 * What a run leaves behind. A {@link shinso.train.run.RunFolder} holds everything about one
 * training run: {@code run.json} says what was run, with what and how it ended ({@link
 * shinso.train.run.RunInfo}), {@code metrics.csv} has the numbers on the way ({@link
 * shinso.train.run.MetricsFile}), and beside them lie pictures, checkpoints, the model and the
 * report. A run that was stopped is opened again and goes on in the same folder.
 */
@NullMarked
package shinso.train.run;

import org.jspecify.annotations.NullMarked;
