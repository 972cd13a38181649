package shinso.verify.architecture.broken.zoo.energy;

import shinso.verify.architecture.broken.zoo.harness.Recipe;

/** A recipe. */
public record OneUse(String name) implements Recipe {}
