/**
 * What all recipes have in common. A {@link shinso.zoo.harness.Recipe} is a page: its name, its
 * data sets, a table of {@link shinso.zoo.harness.Setting}s with a column for each {@link
 * shinso.zoo.harness.Budget}, what should come out ({@link shinso.zoo.harness.Target}), and an
 * {@link shinso.zoo.harness.Experiment}, which is a model and the way it learns. {@link
 * shinso.zoo.harness.RecipeRun} does the rest: it checks what the user asked for, makes the run
 * folder, trains, resumes, evaluates on the test set once, draws the report, and uses the model
 * afterwards.
 *
 * <p>A recipe that needs plumbing of its own shows that something is missing here.
 */
@NullMarked
package shinso.zoo.harness;

import org.jspecify.annotations.NullMarked;
