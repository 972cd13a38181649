/**
 * Sweeps: many trials of a recipe with other settings, to find good ones. A {@link
 * shinso.zoo.sweep.Plan} says everything that trials follow from, so that a sweep which was killed
 * goes on from its folder alone. Each trial is a run like any other. Which runner computes a trial,
 * and how many there are, changes no number: settings are drawn from the seed and the trial's own
 * number, and a round is ranked when it is complete.
 */
@NullMarked
package shinso.zoo.sweep;

import org.jspecify.annotations.NullMarked;
