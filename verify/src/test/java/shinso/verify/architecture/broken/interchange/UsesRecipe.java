package shinso.verify.architecture.broken.interchange;

import shinso.verify.architecture.broken.zoo.harness.Recipe;

/** Files of other systems are written of models, whoever made them. */
public record UsesRecipe(Recipe recipe) {}
