/**
 * What all recipes have in common. A {@link shinso.zoo.harness.Recipe} is a page: its card, its
 * data, a table of {@link shinso.zoo.harness.Setting}s with a column for each {@link
 * shinso.zoo.harness.Budget}, what should come out ({@link shinso.zoo.harness.Claim}), a model, and
 * a program of stages, values, numbers and figures, which it makes with a {@link
 * shinso.zoo.harness.Run}. {@link shinso.zoo.harness.RecipeRun} does the rest: it checks what the
 * user asked for, makes the run's folder, runs the recipe or replays it, writes the report, and
 * uses the model afterwards.
 *
 * <p>A recipe that needs plumbing of its own shows that something is missing here.
 */
@NullMarked
package shinso.zoo.harness;

import org.jspecify.annotations.NullMarked;
